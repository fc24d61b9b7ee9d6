"use strict";
/* The smallest service worker: push messages alone. */
importScripts("push-handler.js");
