/* Left or right on the device: the pictures change at once and each answer is timed. Without this file the
   buttons send one answer a page, and the speed is not measured. */
(() => {
  "use strict";

  const form = document.querySelector("[data-practice]");
  if (!form) return;
  const stage = form.querySelector("[data-practice-stage]");
  const pictures = [...stage.querySelectorAll("li")];
  const place = document.querySelector("[data-practice-place]");
  const rest = form.querySelector("[data-practice-rest]");
  const sides = [...form.querySelectorAll('button[name="side"]')];
  const timed = form.elements.namedItem("timed");
  const first = Number(form.dataset.at);
  const answers = [];
  let began = 0;
  let resting = false;
  let sent = false;

  const begin = () => requestAnimationFrame(() => { began = performance.now(); });

  function show() {
    pictures.forEach((picture, index) => { picture.hidden = resting || index !== answers.length; });
    place.textContent = place.dataset.pattern.replace("{n}", first + answers.length + 1);
    for (const side of sides) side.disabled = resting;
    begin();
  }

  function pack() {
    timed.disabled = false;
    timed.value = JSON.stringify(answers);
  }

  function judge(side) {
    if (resting || sent || !began) return;
    answers.push([side, Math.round(performance.now() - began)]);
    began = 0;
    if (answers.length < pictures.length) return show();
    finish();
  }

  function finish() {
    sent = true;
    pack();
    deliver();
  }

  /* The server counts a batch that comes twice once: it goes in the background until it has arrived, then by the page. */
  function deliver() {
    fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).then(
      () => form.submit(),
      () => {
        place.textContent = document.getElementById("live").textContent = place.dataset.wait;
        setTimeout(deliver, 3000);
      },
    );
  }

  /* What was judged so far is kept when the page is put away. The server counts a batch that comes twice once. */
  function keep() {
    if (sent || !answers.length) return;
    pack();
    fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true, redirect: "manual" }).catch(() => {});
    timed.disabled = true;
  }

  function pause(on) {
    resting = on;
    const words = rest.textContent;
    rest.textContent = rest.dataset.go;
    rest.dataset.go = words;
    show();
  }

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button && button.name === "side") {
      event.preventDefault();
      judge(button.value);
    } else {
      sent = true;
      pack();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
    const side = { ArrowLeft: "left", ArrowRight: "right" }[event.key];
    if (!side) return;
    event.preventDefault();
    judge(side);
  });
  rest.addEventListener("click", () => pause(!resting));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return;
    keep();
    if (!resting) pause(true);
  });
  /* A page that comes back from the browser's memory would show pictures that were judged. */
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  rest.hidden = false;
  show();
})();
