/* Says that the answer is not saved yet, and asks before leaving it behind. The page works without it. */
(function () {
  "use strict";

  var form = document.querySelector("[data-eq-answer]");
  var state = document.querySelector("[data-eq-saved]");
  if (!form) {
    return;
  }
  var area = form.querySelector("textarea");
  var before = area.value;
  var leaving = false;

  area.addEventListener("input", function () {
    if (state && !state.dataset.eqDone) {
      state.dataset.eqDone = "1";
      var badge = document.createElement("span");
      badge.className = "badge badge-wait";
      badge.textContent = state.dataset.eqUnsaved;
      state.replaceChildren(badge);
    }
  });
  form.addEventListener("submit", function () {
    leaving = true;
  });
  window.addEventListener("beforeunload", function (event) {
    if (!leaving && area.value !== before) {
      event.preventDefault();
    }
  });
})();
