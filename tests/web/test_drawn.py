"""Pictures that are drawn once: the same for the same path, in the language of the page."""

from __future__ import annotations

from flask import Flask
from flask_babel import force_locale

from pne_tracker.web.drawn import drawn

MACROS = """
{%- macro told(states) %}<p>{{ states|join(", ") }}: {{ _("Save") }}</p>{% endmacro %}
{%- macro odd(text) %}<p>{{ text }}</p>{% endmacro -%}
"""


def test_a_path_is_drawn_for_its_states_and_in_the_language_of_the_page(app: Flask) -> None:
    told = app.jinja_env.from_string(MACROS).module.told  # type: ignore[attr-defined]
    with app.test_request_context():
        english = drawn(told, ["taught", "revisit"])
        assert english == drawn(told, ("taught", "revisit"))
        assert drawn(told, ("taught", "taught")) != english
        with force_locale("es"):
            assert "Guardar" in drawn(told, ("taught", "revisit"))
        assert drawn(told, ("taught", "revisit")) == english


def test_what_is_drawn_is_text_and_never_markup(app: Flask) -> None:
    odd = app.jinja_env.from_string(MACROS).module.odd  # type: ignore[attr-defined]
    with app.test_request_context():
        assert drawn(odd, "<b>") == "<p>&lt;b&gt;</p>"


def test_a_status_is_said_in_the_language_of_the_page(app: Flask) -> None:
    said = app.jinja_env.get_template("components/tag.html").module.status_tag  # type: ignore[attr-defined]
    with app.test_request_context():
        assert "tag--good" in said("done_late")
        assert "done late" in said("done_late")
        assert "not known" in said("unknown")
        assert "entered in error" in said("entered_in_error")
        assert "2 of 7" in said("started", "2 of 7")
        with force_locale("es"):
            assert "done late" not in said("done_late")
