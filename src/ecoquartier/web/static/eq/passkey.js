/* Passkeys: the browser is asked for a key, its answer is written in the form, the form is sent as any other. */
(function () {
  "use strict";

  function toBytes(text) {
    var binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(binary, function (sign) { return sign.charCodeAt(0); });
  }

  function toText(buffer) {
    var binary = Array.from(new Uint8Array(buffer), function (byte) { return String.fromCharCode(byte); }).join("");
    return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function withBytes(list) {
    return (list || []).map(function (item) { return Object.assign({}, item, { id: toBytes(item.id) }); });
  }

  function asked(options) {
    var wanted = Object.assign({}, options.publicKey, { challenge: toBytes(options.publicKey.challenge) });
    if (wanted.user) {
      wanted.user = Object.assign({}, wanted.user, { id: toBytes(wanted.user.id) });
      wanted.excludeCredentials = withBytes(wanted.excludeCredentials);
    } else {
      wanted.allowCredentials = withBytes(wanted.allowCredentials);
    }
    return { publicKey: wanted };
  }

  function answered(key) {
    var response = {};
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      if (key.response[name]) {
        response[name] = toText(key.response[name]);
      }
    });
    return {
      id: key.id,
      rawId: toText(key.rawId),
      type: key.type,
      response: response,
      clientExtensionResults: key.getClientExtensionResults()
    };
  }

  function challengeOf(box) {
    if (!box.dataset.eqChallenge) {
      return Promise.resolve(JSON.parse(box.querySelector("script[type='application/json']").textContent));
    }
    return fetch(box.dataset.eqChallenge, { headers: { Accept: "application/json" } }).then(function (response) {
      return response.json();
    });
  }

  function prepare(box) {
    var form = box.closest("form") || box.querySelector("form");
    var says = box.querySelector("[data-eq-passkey-says]");
    var kind = box.dataset.eqPasskey;
    box.hidden = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      says.textContent = "";
      challengeOf(box).then(function (options) {
        return navigator.credentials[kind](asked(options));
      }).then(function (key) {
        form.querySelector("[data-eq-credential]").value = JSON.stringify(answered(key));
        form.submit();
      }).catch(function () {
        says.textContent = says.dataset.eqRefused || box.dataset.eqRefused;
      });
    });
    if (kind === "create") {
      says.textContent = "";
    }
  }

  if (window.PublicKeyCredential) {
    document.querySelectorAll("[data-eq-passkey]").forEach(prepare);
  }
})();
