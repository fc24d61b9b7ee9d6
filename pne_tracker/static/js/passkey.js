/* Makes passkeys and signs in with them: [data-passkey] holds the addresses, its button starts. */
(() => {
  "use strict";

  const place = document.querySelector("[data-passkey]");
  if (!place || !window.PublicKeyCredential) return;
  const button = place.querySelector("button");
  const problem = place.querySelector("[data-problem]");
  const TOKEN = JSON.parse(document.body.getAttribute("hx-headers:inherited") || "{}");
  place.hidden = false;

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  async function send(url, body) {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...TOKEN },
      body: JSON.stringify(body || {}),
    });
    const found = await answer.json();
    if (!answer.ok) throw new Error(found.problem || place.dataset.failed);
    return found;
  }

  function readable(options) {
    const ready = { ...options, challenge: bytes(options.challenge) };
    if (options.user) ready.user = { ...options.user, id: bytes(options.user.id) };
    for (const list of ["excludeCredentials", "allowCredentials"]) {
      if (options[list]) ready[list] = options[list].map((one) => ({ ...one, id: bytes(one.id) }));
    }
    return ready;
  }

  function writable(credential) {
    const from = credential.response;
    const response = { clientDataJSON: text(from.clientDataJSON) };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (from[part]) response[part] = text(from[part]);
    }
    return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: {} };
  }

  async function run() {
    problem.hidden = true;
    button.disabled = true;
    try {
      const publicKey = readable(await send(place.dataset.options));
      const credential =
        place.dataset.passkey === "new"
          ? await navigator.credentials.create({ publicKey })
          : await navigator.credentials.get({ publicKey });
      const { next } = await send(place.dataset.finish, { credential: writable(credential) });
      window.location.assign(next);
    } catch (error) {
      problem.textContent = error instanceof DOMException ? place.dataset.failed : error.message;
      problem.hidden = false;
      button.disabled = false;
    }
  }

  button.addEventListener("click", run);
})();
