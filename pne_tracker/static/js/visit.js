/* The visit pages with scripts: copying the note, saving and signing from the keyboard, a note that is being typed
   is never replaced by an autosave's answer. */
(() => {
  "use strict";

  const say = (text) => {
    const region = document.getElementById("live");
    if (region) region.textContent = text;
  };

  async function copy(button) {
    const source = document.getElementById(button.dataset.copy);
    if (!source) return;
    source.select();
    try {
      await navigator.clipboard.writeText(source.value);
    } catch {
      document.execCommand("copy");
    }
    const words = button.querySelector("span") || button;
    words.textContent = "Copied";
    say("The note is copied.");
  }

  /* What the page last heard may be older than what was just typed, so the server says whether it can be signed. */
  function press(form, ...acts) {
    const button = acts.map((act) => form.querySelector(`button[name="do"][value="${act}"]`)).find(Boolean);
    if (button) form.requestSubmit(button);
  }

  function prepare() {
    for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
  }

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-copy]");
    if (button) copy(button);
  });

  document.addEventListener("keydown", (event) => {
    const form = document.getElementById("visit");
    if (!form || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    press(form, ...(event.shiftKey ? ["sign", "ready"] : ["save"]));
  });

  /* `typing`: something was typed into the note that no request has taken along yet. */
  let typing = false;
  document.addEventListener("input", (event) => {
    if (event.target.id === "note") typing = true;
  });
  document.addEventListener("htmx:before:request", () => {
    typing = false;
  });

  /* A pressed button takes everything along: an autosave on its way or waiting its turn would only come too late. */
  let leaving = false;
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "visit" || event.defaultPrevented) return;
    leaving = true;
    event.target.dispatchEvent(new CustomEvent("htmx:abort"));
  });
  document.addEventListener("htmx:before:request", (event) => {
    if (leaving) event.preventDefault();
  });
  window.addEventListener("pageshow", () => {
    leaving = false;
  });

  document.addEventListener("htmx:before:swap", (event) => {
    const tasks = event.detail && event.detail.tasks;
    const note = document.getElementById("note");
    if (!tasks || !note || !(typing || document.activeElement === note)) return;
    const at = tasks.findIndex((task) => task.target === "#note-text" || task.target?.id === "note-text");
    if (at >= 0) tasks.splice(at, 1);
  });
  document.addEventListener("htmx:after:swap", prepare);
  prepare();
})();
