/* The portal without a network: words stay on the device until the server has them. See docs/look.md, Scripts. */
(() => {
  "use strict";

  const PREFIX = "pne-draft:";
  const NOT_ANSWERS = new Set(["csrf_token", "_do"]);
  const account = document.body.dataset.account || "";
  const form = document.querySelector("form[data-draft]");
  const key = form ? `${PREFIX}${account}:${form.dataset.draft}` : "";
  let waiting = false;

  const kept = () => Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
  const forget = (names) => names.forEach((name) => localStorage.removeItem(name));

  function tell(text) {
    const line = document.getElementById("device");
    if (line && line.textContent !== text) line.textContent = text;
  }

  function answers() {
    return [...new FormData(form)].filter(([name, value]) => !NOT_ANSWERS.has(name) && typeof value === "string");
  }

  function keepHere() {
    waiting = true;
    try {
      localStorage.setItem(key, JSON.stringify(answers()));
      tell(form.dataset.sayKept);
    } catch {
      tell(form.dataset.sayFull);
    }
  }

  function savedThere(say) {
    if (waiting || localStorage.getItem(key)) tell(say);
    waiting = false;
    localStorage.removeItem(key);
  }

  function fill(pairs) {
    const fields = [...form.elements].filter((one) => one.name && !NOT_ANSWERS.has(one.name) && one.type !== "submit");
    for (const field of fields) {
      const values = pairs.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
      else if (values.length) field.value = values[0];
    }
  }

  const send = () => form.dispatchEvent(new Event("change", { bubbles: true }));

  /* A page that answers a form holds its words already: then nothing has to be brought back. */
  function bringBack() {
    const stored = localStorage.getItem(key);
    if (!stored) return;
    if ("answered" in form.dataset) {
      localStorage.removeItem(key);
      return;
    }
    fill(JSON.parse(stored));
    waiting = true;
    tell(form.dataset.sayBack);
    if (navigator.onLine) window.addEventListener("load", send, { once: true });
  }

  function typed() {
    if (waiting || !navigator.onLine) keepHere();
  }

  function submitted(event) {
    if (navigator.onLine) {
      keepHere();
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    delete form.dataset.sent;
    if (event.submitter) event.submitter.classList.remove("is-busy");
    keepHere();
  }

  /* Drafts of somebody else who used this device, of an entry that was sent, and all of them at sign-out. */
  function tidy() {
    if (account) forget(kept().filter((name) => !name.startsWith(`${PREFIX}${account}:`)));
    const sent = document.querySelector("[data-draft-sent]");
    if (sent) forget([`${PREFIX}${account}:${sent.dataset.draftSent}`]);
    document.addEventListener("submit", (event) => {
      if (event.target.matches('form[action$="/sign-out"]')) forget(kept());
    });
    const count = document.querySelector("[data-kept-here]");
    if (count && kept().length) count.hidden = false;
  }

  function watch() {
    form.addEventListener("input", typed);
    form.addEventListener("submit", submitted, true);
    window.addEventListener("online", () => waiting && send());
    window.addEventListener("offline", () => tell(form.dataset.sayOffline));
    document.addEventListener("htmx:error", (event) => event.target === form && keepHere());
    document.addEventListener("htmx:after:request", (event) => {
      if (event.target !== form) return;
      if (event.detail.ctx.response.status < 400) savedThere(form.dataset.saySent);
      else keepHere();
    });
    bringBack();
  }

  tidy();
  if (form) watch();
  const worker = document.body.dataset.worker;
  if (worker && "serviceWorker" in navigator) navigator.serviceWorker.register(worker, { scope: "/portal" });
})();
