/* Asks a key (WebAuthn). Without it the page still takes codes. */
(function () {
  "use strict";
  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (c) { return c.charCodeAt(0); });
  }
  function text(buffer) {
    var plain = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function list(items) { return (items || []).map(function (item) { return Object.assign({}, item, { id: bytes(item.id) }); }); }
  function answerOf(credential) {
    var given = credential.response, response = { clientDataJSON: text(given.clientDataJSON) };
    if (given.attestationObject) { response.attestationObject = text(given.attestationObject); }
    if (given.authenticatorData) { response.authenticatorData = text(given.authenticatorData); }
    if (given.signature) { response.signature = text(given.signature); }
    if (given.userHandle) { response.userHandle = text(given.userHandle); }
    return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response: response, clientExtensionResults: {} };
  }
  Array.prototype.forEach.call(document.querySelectorAll("form[data-passkey]"), function (form) {
    if (!window.PublicKeyCredential) { return; }
    form.hidden = false;
    form.addEventListener("submit", function (event) {
      if (form.elements.answer.value) { return; }
      event.preventDefault();
      event.stopImmediatePropagation();
      fetch(form.dataset.passkey, { method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value } })
        .then(function (answer) { return answer.json(); })
        .then(function (found) {
          var options = found.publicKey;
          options.challenge = bytes(options.challenge);
          if (options.user) {
            options.user.id = bytes(options.user.id);
            options.excludeCredentials = list(options.excludeCredentials);
            return navigator.credentials.create({ publicKey: options });
          }
          options.allowCredentials = list(options.allowCredentials);
          return navigator.credentials.get({ publicKey: options });
        })
        .then(function (credential) { form.elements.answer.value = JSON.stringify(answerOf(credential)); form.submit(); })
        .catch(function () { form.querySelector("[data-failed]").hidden = false; });
    }, true);
  });
})();
