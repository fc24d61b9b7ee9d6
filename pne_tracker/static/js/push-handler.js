"use strict";
/* What a service worker does with a push message: show it, and open the portal when it is tapped. */
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
