"""A quiz file of a clinic, in words of this project."""

OWN_QUIZ = """\
id: our-first-check
title: {en: Our first check, es: Nuestra primera revisión}
items:
  - id: sore
    kind: true_false
    concept: hurt-is-not-harm
    question: {en: A sore back is a broken back., es: Una espalda adolorida está rota.}
    answer: false
    explanation: {en: Backs get sore and stay strong., es: La espalda duele y sigue fuerte.}
  - id: steps
    kind: choose_one
    concept: small-steps
    question: {en: How do you build up?, es: ¿Cómo aumenta?}
    options:
      all: {en: All at once, es: Todo junto}
      bit: {en: Bit by bit, es: Poco a poco}
    answer: bit
  - id: ask
    kind: true_false
    question: {en: I may ask anything here., es: Aquí puedo preguntar todo.}
    answer: true
"""
