/* Says that the answer is not saved yet, and asks before leaving it behind. The page works without it. */
(function () {
  "use strict";

  var form = document.querySelector("[data-eq-answer]");
  var state = document.querySelector("[data-eq-saved]");
  if (!form) {
    return;
  }
  var area = form.querySelector("textarea");
  var saved = form.hasAttribute("data-eq-dirty") ? null : area.value;
  var leaving = false;

  function leave() {
    leaving = true;
  }

  function sayUnsaved() {
    var badge = document.createElement("span");
    badge.className = "badge badge-wait";
    badge.textContent = state.dataset.eqUnsaved;
    state.replaceChildren(badge);
  }

  if (state) {
    area.addEventListener("input", sayUnsaved, { once: true });
  }
  form.addEventListener("submit", leave);
  document.querySelectorAll("[data-eq-leave]").forEach(function (link) {
    link.addEventListener("click", leave);
  });
  window.addEventListener("beforeunload", function (event) {
    if (!leaving && area.value !== saved) {
      event.preventDefault();
    }
  });
})();
