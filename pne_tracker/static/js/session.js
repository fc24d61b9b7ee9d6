/* Says before the session ends, and keeps the page with what was typed when it has ended. */
(() => {
  "use strict";

  const dialog = document.getElementById("session-dialog");
  if (!dialog || !dialog.showModal) return;
  const part = (name) => dialog.querySelector(`[data-part="${name}"]`);
  const DAY = 24 * 3600;
  const WARN = Number(dialog.dataset.warn);
  let timer = 0;

  function plan(left) {
    clearTimeout(timer);
    timer = setTimeout(look, Math.min(Math.max(1, left - WARN), DAY) * 1000);
  }

  function renew(token) {
    for (const input of document.querySelectorAll('input[name="csrf_token"]')) input.value = token;
    const body = document.body;
    const headers = body.getAttribute("hx-headers:inherited");
    if (headers) body.setAttribute("hx-headers:inherited", JSON.stringify({ ...JSON.parse(headers), "X-CSRFToken": token }));
  }

  async function ask(url, method) {
    const token = document.querySelector('input[name="csrf_token"]');
    const headers = { "X-Background": "1", ...(method === "POST" && token ? { "X-CSRFToken": token.value } : {}) };
    if (method === "POST") delete headers["X-Background"];
    const answer = await fetch(url, { method, headers, redirect: "manual" });
    return answer.ok ? answer.json() : null;
  }

  function show(ended) {
    part("soon").hidden = ended;
    part("ended").hidden = !ended;
    document.documentElement.toggleAttribute("data-away", ended);
    if (!dialog.open) dialog.showModal();
  }

  function close() {
    document.documentElement.removeAttribute("data-away");
    if (dialog.open) dialog.close();
  }

  /* The server knows how long is left: another window may have been used. */
  async function look() {
    let state = null;
    try {
      state = await ask(dialog.dataset.state, "GET");
    } catch {
      plan(WARN + 30);
      return;
    }
    if (!state) {
      show(true);
    } else if (state.left > WARN) {
      plan(state.left);
    } else {
      show(false);
      timer = setTimeout(look, (state.left + 1) * 1000);
    }
  }

  dialog.addEventListener("cancel", (event) => event.preventDefault());
  part("stay").addEventListener("click", async () => {
    const state = await ask(dialog.dataset.stay, "POST");
    if (!state) {
      show(true);
      return;
    }
    close();
    plan(state.left);
  });
  part("again").addEventListener("click", async () => {
    const state = await ask(dialog.dataset.state, "GET");
    if (!state) return;
    if (state.who !== dialog.dataset.who) {
      window.location.reload();
      return;
    }
    renew(state.csrf);
    close();
    plan(state.left);
    for (const form of document.querySelectorAll("form[data-autosave]")) form.dispatchEvent(new Event("change"));
    document.dispatchEvent(new CustomEvent("session:back"));
  });

  /* A device that slept has stopped its timers, and another window may have signed out. */
  const LATELY = 60 * 1000;
  let looked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || Date.now() - looked < LATELY) return;
    looked = Date.now();
    look();
  });
  document.addEventListener("session:ask", look);
  plan(Number(dialog.dataset.left));
})();
