/* The portal without a network, or with a session that is over: words stay on the device until the server has them.
   A form with `hx-post` keeps its draft at the clinic; any other one keeps it here until it is sent, for a day.
   See docs/look.md, Scripts. */
(() => {
  "use strict";

  const PREFIX = "pne-draft:";
  const UNTIL = "_kept_until";
  const NOT_ANSWERS = new Set(["csrf_token", "_do"]);
  const account = document.body.dataset.account || "";
  const form = document.querySelector("form[data-draft]");
  const key = form ? `${PREFIX}${account}:${form.dataset.draft}` : "";
  const keptThere = form ? form.hasAttribute("hx-post") : false;
  const DAY = 24 * 3600 * 1000;
  let waiting = false;
  let typing = false;
  let blank = "";

  const kept = () => Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
  const forget = (names) => names.forEach((name) => localStorage.removeItem(name));

  function tell(text) {
    const line = document.getElementById("device");
    if (line && line.textContent !== text) line.textContent = text;
  }

  function answers() {
    return [...new FormData(form)].filter(([name, value]) => !NOT_ANSWERS.has(name) && typeof value === "string");
  }

  function keepHere(say) {
    if (!keptThere && JSON.stringify(answers()) === blank) {
      localStorage.removeItem(key);
      return;
    }
    waiting = true;
    try {
      const until = keptThere ? [] : [[UNTIL, String(Date.now() + DAY)]];
      localStorage.setItem(key, JSON.stringify([...answers(), ...until]));
      if (say) tell(say);
    } catch {
      if (say) tell(form.dataset.sayFull);
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

  /* A page that answers a form holds its words already: then nothing has to be brought back. What is brought back is
     sent whatever the browser says of the network, which it may know later than the page that just came over it; and
     after htmx's own timer, which was set before: until then nobody listens to the form. */
  function bringBack() {
    const stored = localStorage.getItem(key);
    if (!stored) return;
    if ("answered" in form.dataset) {
      if (keptThere) localStorage.removeItem(key);
      else keepHere();
      return;
    }
    fill(JSON.parse(stored));
    waiting = true;
    tell(form.dataset.sayBack);
    if (keptThere) window.addEventListener("load", () => setTimeout(send), { once: true });
  }

  function typed() {
    typing = true;
    if (!navigator.onLine) keepHere(form.dataset.sayKept);
    else if (waiting || !keptThere) keepHere();
  }

  /* What was typed in the last second, when the page is left before the draft went. */
  function left() {
    if (!typing || !keptThere || !navigator.onLine) return;
    typing = false;
    const to = form.getAttribute("hx-post");
    fetch(to, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" }, keepalive: true }).catch(() => {});
  }

  /* Without a network nothing is sent that would end in the browser's own page. */
  function guard(event) {
    const sending = event.target;
    if (event.defaultPrevented || sending.method !== "post") return;
    if (navigator.onLine) {
      typing = false;
      if (sending === form) keepHere();
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (sending === form) keepHere(form.dataset.sayKept);
    else noNetwork();
  }

  function noNetwork() {
    const line = document.getElementById("no-network");
    if (!line) return;
    line.hidden = false;
    line.firstElementChild.textContent = line.dataset.say;
  }

  function online() {
    const line = document.getElementById("no-network");
    if (line) line.hidden = true;
    if (!form || !waiting) return;
    if (keptThere) send();
    else tell(form.dataset.saySent);
  }

  function isOver(name) {
    const until = JSON.parse(localStorage.getItem(name)).find(([field]) => field === UNTIL);
    return until && Number(until[1]) < Date.now();
  }

  /* Drafts of a day ago, of somebody else who used this device, of an entry that was sent, and all of them at sign-out. */
  function tidy() {
    if (account) forget(kept().filter((name) => !name.startsWith(`${PREFIX}${account}:`)));
    forget(kept().filter(isOver));
    const sent = document.querySelector("[data-draft-sent]");
    if (sent) forget([`${PREFIX}${account}:${sent.dataset.draftSent}`]);
    document.addEventListener("submit", (event) => {
      if (event.target.matches('form[action$="/sign-out"]')) forget(kept());
    });
    const count = document.querySelector("[data-kept-here]");
    if (count && kept().length) count.hidden = false;
  }

  function answered(event) {
    if (event.target !== form) return;
    const { status } = event.detail.ctx.response;
    if (status < 400) savedThere(form.dataset.saySent);
    else keepHere(status === 400 || status === 401 ? form.dataset.sayOut : form.dataset.sayHeld);
  }

  function watch() {
    form.addEventListener("input", typed);
    form.addEventListener("change", typed);
    window.addEventListener("offline", () => tell(form.dataset.sayOffline));
    window.addEventListener("pagehide", left);
    document.addEventListener("session:back", () => waiting && keptThere && send());
    document.addEventListener("htmx:before:request", (event) => { if (event.target === form) typing = false; });
    document.addEventListener("htmx:error", (event) => event.target === form && keepHere(form.dataset.sayKept));
    document.addEventListener("htmx:after:request", answered);
    if (!("answered" in form.dataset)) blank = JSON.stringify(answers());
    bringBack();
  }

  tidy();
  if (form) watch();
  window.addEventListener("submit", guard, true);
  window.addEventListener("online", online);
  const worker = document.body.dataset.worker;
  if (worker && "serviceWorker" in navigator) navigator.serviceWorker.register(worker, { scope: "/portal" });
})();
