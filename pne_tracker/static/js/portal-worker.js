/* Keeps the look of the portal and one page that says the network is gone. Never a page with anybody's data.
   Shows a push message, and opens the portal when it is tapped. */
"use strict";

const OFFLINE = "/portal/offline";
const CACHE = `portal-${new URL(self.location).searchParams.get("v") || "0"}`;

async function fillCache() {
  const cache = await caches.open(CACHE);
  const page = await fetch(OFFLINE, { credentials: "omit" });
  const links = [...(await page.clone().text()).matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((found) => found[1]);
  await cache.put(OFFLINE, page);
  await cache.addAll([...new Set(links)].filter((link) => !link.endsWith(".webmanifest")));
}

async function dropOlder() {
  const names = (await caches.keys()).filter((name) => name.startsWith("portal-") && name !== CACHE);
  await Promise.all(names.map((name) => caches.delete(name)));
}

async function fromCache(request) {
  return (await caches.match(request)) || fetch(request);
}

async function page(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const offline = await caches.match(OFFLINE);
    if (offline) return offline;
    throw error;
  }
}

self.addEventListener("install", (event) => event.waitUntil(fillCache().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(dropOlder().then(() => self.clients.claim())));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const photo = (request.headers.get("content-type") || "").startsWith("multipart/");
  if (origin !== self.location.origin) return;
  if (request.method !== "GET") {
    if (request.mode === "navigate" && !photo) event.respondWith(page(request));
  } else if (pathname.startsWith("/static/")) event.respondWith(fromCache(request));
  else if (request.mode === "navigate") event.respondWith(page(request));
});
self.addEventListener("push", (event) => {
  let said = {};
  try {
    said = event.data ? event.data.json() : {};
  } catch {
    said = {};
  }
  const shown = { body: said.body || "", tag: said.tag || "reminder", data: { url: said.url || "/portal" } };
  event.waitUntil(self.registration.showNotification(said.title || "PNE Tracker", shown));
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const target = new URL(event.notification.data.url, self.location.origin);
  if (target.origin === self.location.origin) event.waitUntil(self.clients.openWindow(target.href));
});
