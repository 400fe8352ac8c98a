/* The field of a commune proposes while one types (combobox with a list, as WAI-ARIA describes it).
   Without this script the field works: the form asks when several communes answer. */
(function () {
  "use strict";

  var PAUSE = 150;
  var LEAST = 2;

  function Combobox(box) {
    this.box = box;
    this.input = box.querySelector("input");
    this.list = document.createElement("ul");
    this.status = document.createElement("p");
    this.active = -1;
    this.dress();
    this.listen();
  }

  Combobox.prototype.dress = function () {
    this.list.id = this.input.id + "_list";
    this.list.className = "combobox-list";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.box.dataset.eqLabel);
    this.list.hidden = true;
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-expanded", "false");
    this.input.setAttribute("aria-controls", this.list.id);
    this.box.append(this.list, this.status);
  };

  Combobox.prototype.listen = function () {
    var self = this;
    this.input.addEventListener("input", function () {
      window.clearTimeout(self.timer);
      self.timer = window.setTimeout(function () { self.ask(); }, PAUSE);
    });
    this.input.addEventListener("keydown", function (event) { self.press(event); });
    this.input.addEventListener("blur", function () { self.close(); });
    /* The field keeps the focus while the list is clicked. */
    this.list.addEventListener("pointerdown", function (event) { event.preventDefault(); });
    this.list.addEventListener("click", function (event) {
      var option = event.target.closest("[role=option]");
      if (option) {
        self.choose(option);
      }
    });
  };

  Combobox.prototype.ask = function () {
    var self = this;
    var text = this.input.value.trim();
    if (this.request) {
      this.request.abort();
    }
    if (text.length < LEAST) {
      this.close();
      this.say("");
      return;
    }
    this.request = new AbortController();
    window.fetch(this.box.dataset.eqCommune + "?q=" + encodeURIComponent(text), { signal: this.request.signal })
      .then(function (answer) { return answer.ok ? answer.json() : Promise.reject(answer.status); })
      .then(function (found) { self.show(found.communes); })
      .catch(function () {
        /* Typed over, too many requests, or no network: what is typed will be read when the form is sent. */
        self.close();
      });
  };

  Combobox.prototype.show = function (communes) {
    var self = this;
    if (document.activeElement !== this.input) {
      return;
    }
    this.close();
    communes.forEach(function (commune, index) {
      var option = document.createElement("li");
      var facts = document.createElement("span");
      option.id = self.list.id + "_" + index;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.eqValue = commune.label;
      option.append(commune.label + " ");
      facts.className = "muted small";
      facts.textContent = commune.facts;
      option.append(facts);
      self.list.append(option);
    });
    this.list.hidden = communes.length === 0;
    this.input.setAttribute("aria-expanded", String(communes.length > 0));
    this.say(this.counted(communes.length));
  };

  Combobox.prototype.counted = function (number) {
    var words = this.box.dataset;
    return [words.eqNone, words.eqOne][number] || words.eqMany.replace("{n}", number);
  };

  Combobox.prototype.say = function (sentence) {
    this.status.textContent = sentence;
  };

  Combobox.prototype.close = function () {
    this.list.hidden = true;
    this.list.replaceChildren();
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  };

  Combobox.prototype.press = function (event) {
    var options = this.list.children;
    var step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && options.length) {
      event.preventDefault();
      /* One more place than options: the text itself, between the last and the first. */
      this.point((this.active + 1 + step + options.length + 1) % (options.length + 1) - 1);
    } else if (event.key === "ArrowDown") {
      this.ask();
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      this.choose(options[this.active]);
    } else if (event.key === "Escape" && options.length) {
      event.preventDefault();
      this.close();
      this.say("");
    }
  };

  Combobox.prototype.point = function (index) {
    Array.from(this.list.children).forEach(function (option, place) {
      option.setAttribute("aria-selected", String(place === index));
    });
    this.active = index;
    if (index < 0) {
      this.input.removeAttribute("aria-activedescendant");
    } else {
      this.input.setAttribute("aria-activedescendant", this.list.children[index].id);
      this.list.children[index].scrollIntoView({ block: "nearest" });
    }
  };

  Combobox.prototype.choose = function (option) {
    window.clearTimeout(this.timer);
    this.request.abort();
    this.input.value = option.dataset.eqValue;
    this.close();
    this.say("");
  };

  document.querySelectorAll("[data-eq-commune]").forEach(function (box) { new Combobox(box); });
})();
