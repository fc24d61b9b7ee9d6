"use strict";
/* Turns push messages on for this browser: asks, subscribes, hands the address over with the page's token. */
(() => {
  const place = document.querySelector("[data-push]");
  if (!place) return;
  const said = place.querySelector("[data-push-said]");
  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (one) => one.charCodeAt(0));
  };
  const worker = async () => {
    const there = await navigator.serviceWorker.getRegistration("/portal");
    return there || navigator.serviceWorker.register(place.dataset.pushWorker, { scope: "/portal" });
  };
  const ready = async (registration) => {
    if (registration.active) return;
    const waiting = registration.installing || registration.waiting;
    await new Promise((done) => waiting.addEventListener("statechange", () => waiting.state === "activated" && done()));
  };
  const turnOn = async () => {
    if ((await Notification.requestPermission()) !== "granted") throw new Error("refused");
    const registration = await worker();
    await ready(registration);
    const subscription = await registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: bytes(place.dataset.push),
    });
    const token = document.querySelector("input[name=csrf_token]").value;
    const answer = await fetch(place.dataset.pushUrl, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify(subscription),
    });
    if (!answer.ok) throw new Error("not kept");
  };
  place.querySelector("[data-push-on]").addEventListener("click", async () => {
    try {
      await turnOn();
      said.textContent = said.dataset.yes;
    } catch {
      said.textContent = said.dataset.no;
    }
  });
})();
