/* Small improvements of pages that work without them: counters of signs, menus, refusals, the visitor's way home. */
(function () {
  "use strict";

  var NEAR = 100;
  var PERSON = "eq-person";

  function inFrench(number) {
    return number.toLocaleString("fr-FR").replace(/\s/g, "\u00a0");
  }

  /* The same count as the server: signs, spaces not included. */
  function countSigns(text) {
    return Array.from(text.replace(/\s/g, "")).length;
  }

  function refreshCounter(area) {
    var box = document.getElementById(area.dataset.eqCounter);
    var limit = Number(area.dataset.eqLimit);
    var count = countSigns(area.value);
    var figures = box.querySelector("[data-eq-count]");
    var spoken = box.querySelector("[data-eq-spoken]");
    figures.textContent = inFrench(count);
    box.classList.toggle("is-over", count > limit);
    window.clearTimeout(area.eqTimer);
    if (limit - count <= NEAR) {
      /* Screen readers hear it when typing stops, and only near the limit. */
      area.eqTimer = window.setTimeout(function () {
        spoken.textContent = spoken.dataset.eqSpoken.replace("{n}", inFrench(limit - count));
      }, 800);
    } else {
      spoken.textContent = "";
    }
  }

  document.addEventListener("input", function (event) {
    if (event.target.matches && event.target.matches("[data-eq-counter]")) {
      refreshCounter(event.target);
    }
  });

  /* A menu closes when the person looks elsewhere. */
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details[data-eq-menu][open]").forEach(function (menu) {
      if (!menu.contains(event.target)) {
        menu.open = false;
      }
    });
  });
  document.addEventListener("keydown", function (event) {
    var menu = event.key === "Escape" && document.querySelector("details[data-eq-menu][open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  /* The browser gives the focus to a refusal by itself, except when the address names a place of the page. */
  window.addEventListener("load", function () {
    var refusal = document.querySelector(".error-summary, .message[autofocus]");
    if (refusal) {
      refusal.focus();
    }
  });

  /* Public pages are the same for everybody: the browser alone remembers that somebody is signed in here. */
  function rememberPerson() {
    try {
      var link = document.querySelector("[data-eq-space]");
      if (document.body.hasAttribute("data-eq-person")) {
        window.localStorage.setItem(PERSON, "1");
      } else if (link && window.localStorage.getItem(PERSON)) {
        link.textContent = link.dataset.eqLabel;
        link.href = link.dataset.eqSpace;
      }
      document.addEventListener("submit", function (event) {
        if (event.target.matches("[data-eq-sign-out]")) {
          window.localStorage.removeItem(PERSON);
        }
      });
    } catch (refused) {
      /* The browser keeps nothing: the link stays as it is, and works. */
    }
  }

  rememberPerson();
})();
