/* Adds to pages that already work without it: see docs/look.md, Scripts. */
(() => {
  "use strict";

  const live = () => document.getElementById("live");
  const on = (type, run) => document.addEventListener(type, run);
  const closest = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);

  function say(text) {
    const region = live();
    if (region) region.textContent = text;
  }

  /* Runs on load and after each swap; a summary takes the focus once. */
  function prepare() {
    for (const button of document.querySelectorAll("[data-dismiss], [data-print]")) button.hidden = false;
    for (const tab of document.querySelectorAll(".subnav [aria-current]")) center(tab);
    count();
    const summary = document.querySelector("[data-error-summary]:not([data-seen])");
    if (!summary) return;
    summary.dataset.seen = "1";
    summary.focus();
  }

  /* Where tabs scroll sideways, the one we are on is seen. */
  function center(tab) {
    const bar = tab.closest(".subnav");
    const left = tab.getBoundingClientRect().left - bar.getBoundingClientRect().left;
    bar.scrollLeft += left - (bar.clientWidth - tab.offsetWidth) / 2;
  }

  /* Double submits: the second one of the same form is dropped until the page or the partial comes back,
     or for eight seconds where the answer is a download and the page stays. */
  const PATIENCE = 8000;

  function guard(event) {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches("[data-once]")) return;
    if (event.submitter && event.submitter.getAttribute("aria-disabled") === "true") return;
    if (form.dataset.sent === "1") {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.sent = "1";
    if (event.submitter) event.submitter.classList.add("is-busy");
    setTimeout(() => free(form), PATIENCE);
  }

  function free(form) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll(".is-busy")) button.classList.remove("is-busy");
  }

  function release() {
    for (const form of document.querySelectorAll('form[data-sent="1"]')) free(form);
  }

  function click(event) {
    const toast = closest(event, "[data-dismiss]")?.closest(".toast");
    if (toast) toast.remove();
    if (closest(event, "[data-print]")) window.print();
  }

  function change(event) {
    const form = closest(event, "form[data-autosubmit]");
    if (form && !event.target.matches('[type="search"], [type="text"]')) form.requestSubmit();
    count();
  }

  /* How many rows of a queue are chosen. */
  function count() {
    const head = document.querySelector("[data-chosen]");
    if (!head) return;
    const all = document.querySelector("[name='everything']:checked");
    const boxes = document.querySelectorAll(`[name="${head.dataset.chosen}"]:checked`);
    const number = all ? Number(all.dataset.total) : boxes.length;
    head.textContent = number === 0 ? "No visit chosen yet" : number === 1 ? "1 visit chosen" : `${number} visits chosen`;
  }

  /* The saved line: "Saving" while a draft travels, the server's own words when it is kept. */
  function savedLine(source) {
    const form = source && source.closest && source.closest("form");
    return form && form.querySelector(".saved");
  }

  /* Refused at the door, before anything was kept: the session may have ended. */
  const REFUSED = [400, 401, 403];

  function unsaved(line) {
    const words = line.querySelector("span") || line;
    words.textContent = document.documentElement.lang === "es" ? "No se guardó" : "Not saved";
    line.dataset.state = "unsaved";
  }

  on("htmx:before:request", (event) => {
    const line = savedLine(event.target);
    if (line) line.dataset.state = "saving";
  });
  on("htmx:after:request", (event) => {
    const line = savedLine(event.target);
    const { headers, status } = event.detail?.ctx?.response || {};
    const refused = REFUSED.includes(status);
    if (line) delete line.dataset.state;
    if (line && (refused || headers?.get("HX-Reswap") === "none")) unsaved(line);
    if (refused) document.dispatchEvent(new CustomEvent("session:ask"));
    release();
  });
  on("htmx:error", (event) => {
    const line = savedLine(event.target);
    if (line) line.dataset.state = "unsaved";
    release();
    say(document.documentElement.lang === "es" ? "Sin conexión. Lo escrito sigue aquí." : "No connection. What you typed is still here.");
  });
  on("htmx:after:swap", prepare);

  document.addEventListener("submit", guard, true);
  on("click", click);
  on("change", change);
  window.addEventListener("pageshow", release);
  window.addEventListener("pageshow", count);
  prepare();
})();
