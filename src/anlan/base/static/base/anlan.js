/* Comfort only: every page works without this file. */
(function () {
  "use strict";
  var typing = function (node) {
    return node && (/^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName) || node.isContentEditable);
  };
  var help = function () { return document.getElementById("help"); };
  var lastFocus = null;

  function openHelp() {
    var box = help();
    if (!box) { return; }
    lastFocus = document.activeElement;
    box.classList.add("is-open");
    var close = box.querySelector("[data-close]");
    if (close) { close.focus(); }
  }
  function closeHelp() {
    var box = help();
    if (!box) { return; }
    box.classList.remove("is-open");
    if (location.hash === "#help") { history.replaceState(null, "", location.pathname + location.search); }
    if (lastFocus) { lastFocus.focus(); lastFocus = null; }
  }
  function rows() { return Array.prototype.slice.call(document.querySelectorAll("[data-rows] > tbody > tr, [data-rows] > li")); }
  function move(step) {
    var all = rows();
    if (!all.length) { return false; }
    var here = -1;
    all.forEach(function (row, index) { if (row.classList.contains("is-here") || row.contains(document.activeElement)) { here = index; } });
    var next = Math.max(0, Math.min(all.length - 1, here + step));
    all.forEach(function (row) { row.classList.remove("is-here"); });
    all[next].classList.add("is-here");
    var link = all[next].querySelector("a[href]");
    if (link) { link.focus({ preventScroll: true }); }
    all[next].scrollIntoView({ block: "nearest" });
    return true;
  }
  function follow(selector) {
    var link = document.querySelector(selector);
    if (link) { location.href = link.href; }
    return Boolean(link);
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) { return; }
    var box = help();
    if (event.key === "Escape") {
      if (box && (box.classList.contains("is-open") || location.hash === "#help")) { closeHelp(); }
      else if (document.activeElement) { document.activeElement.blur(); }
      return;
    }
    if (typing(event.target)) { return; }
    var done = false;
    switch (event.key) {
      case "/": { var field = document.getElementById("search"); if (field) { field.focus(); field.select(); done = true; } break; }
      case "?": openHelp(); done = true; break;
      case "j": case "ArrowDown": done = event.key === "j" || rows().some(function (r) { return r.classList.contains("is-here"); }) ? move(1) : false; break;
      case "k": case "ArrowUp": done = event.key === "k" || rows().some(function (r) { return r.classList.contains("is-here"); }) ? move(-1) : false; break;
      case "[": done = follow("a[rel=prev]"); break;
      case "]": done = follow("a[rel=next]"); break;
      case "n": done = follow("a[data-key=n]"); break;
    }
    if (done) { event.preventDefault(); }
  });
  document.addEventListener("click", function (event) {
    var target = event.target.closest ? event.target : event.target.parentNode;
    if (!target || !target.closest) { return; }
    if (target.closest("[data-print]")) { event.preventDefault(); window.print(); }
    var copying = target.closest("[data-copy]");
    if (copying) { copyText(copying); }
    if (target.closest("[data-close]") || target.id === "help") { event.preventDefault(); closeHelp(); }
    if (target.closest("a[href='#help']")) { event.preventDefault(); openHelp(); }
    Array.prototype.forEach.call(document.querySelectorAll("details.menu[open]"), function (menu) {
      if (!menu.contains(target)) { menu.removeAttribute("open"); }
    });
  });
  /* Groups of the main menu that the reader opened stay open in this tab. */
  Array.prototype.forEach.call(document.querySelectorAll(".side-group"), function (group) {
    var key = "anlan-menu-" + group.getAttribute("data-group");
    try {
      if (sessionStorage.getItem(key)) { group.setAttribute("open", ""); }
      group.addEventListener("toggle", function () {
        if (group.open) { sessionStorage.setItem(key, "1"); } else { sessionStorage.removeItem(key); }
      });
    } catch (refused) { /* a browser without storage forgets it */ }
  });
  /* Copy a text of the page; a page without a secure address selects it and asks the browser. */
  function copyText(button) {
    var text = document.getElementById(button.getAttribute("data-copy"));
    if (!text) { return; }
    var range = document.createRange();
    range.selectNodeContents(text);
    var selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    var byHand = function () { document.execCommand("copy"); };
    if (navigator.clipboard) { navigator.clipboard.writeText(text.textContent).catch(byHand); } else { byHand(); }
    button.textContent = button.getAttribute("data-copied");
  }
  /* A select that has an effect of its own sends its form. */
  document.addEventListener("change", function (event) {
    var field = event.target;
    if (field.matches && field.matches("form[data-live] select, form[data-live] input[type=date]")) {
      if (field.form.requestSubmit) { field.form.requestSubmit(); } else { field.form.submit(); }
    }
  });
  /* One tick for all rows of the page. */
  document.addEventListener("change", function (event) {
    var box = event.target;
    if (!box.matches || !box.matches("[data-tick-all]")) { return; }
    Array.prototype.forEach.call(box.form.querySelectorAll("input[name=row]"), function (row) { row.checked = box.checked; });
  });
  /* A form is sent once: the second click of a double click is dropped. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post") { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    window.setTimeout(function () { delete form.dataset.sent; }, 4000);
  });
  /* The day of a past state: the slider moves the date; the form does the work. */
  Array.prototype.forEach.call(document.querySelectorAll("form[data-as-of]"), function (form) {
    var date = form.querySelector("input[type=date]");
    var slider = form.querySelector("input[type=range]");
    if (!date || !slider) { return; }
    var first = new Date(form.getAttribute("data-as-of") + "T00:00:00Z").getTime();
    var waiting = null;
    slider.hidden = false;
    slider.addEventListener("input", function () {
      date.value = new Date(first + slider.value * 86400000).toISOString().slice(0, 10);
      slider.setAttribute("aria-valuetext", date.value);
    });
    slider.addEventListener("change", function () {
      clearTimeout(waiting);
      waiting = setTimeout(function () { form.submit(); }, 900);
    });
    date.addEventListener("input", function () {
      var day = new Date(date.value + "T00:00:00Z").getTime();
      if (!isNaN(day)) { slider.value = Math.round((day - first) / 86400000); }
    });
  });
  /* A part of a page that is watched, not read: fetched again when something changed, and by
     the clock, since silence sends no event. Left alone while somebody is in it. */
  function renewing(selector, every) {
    var waiting = null;
    var again = function () {
      waiting = null;
      var here = document.querySelector(selector);
      if (!here || here.contains(document.activeElement) || document.hidden) { return; }
      fetch(location.href, { credentials: "same-origin" }).then(function (answer) {
        return answer.ok ? answer.text() : "";
      }).then(function (text) {
        var fresh = text && new DOMParser().parseFromString(text, "text/html").querySelector(selector);
        if (fresh) { here.replaceWith(document.importNode(fresh, true)); }
      }).catch(function () { return null; });
    };
    setInterval(again, every * 1000);
    return function () { if (!waiting) { waiting = setTimeout(again, 1500); } };
  }
  /* Live: say that something changed; never move what is being read. */
  var live = document.querySelector("[data-live-events]");
  if (live && window.EventSource) {
    var source = new EventSource(live.getAttribute("data-live-events"));
    var models = live.getAttribute("data-models").split(" ");
    var tell = function () { live.hidden = false; source.close(); };
    var part = live.getAttribute("data-part");
    if (part) { tell = renewing(part, Number(live.getAttribute("data-every"))); }
    source.addEventListener("reload", tell);
    source.addEventListener("change", function (event) {
      var subjects = JSON.parse(event.data).subjects;
      for (var i = 0; i < subjects.length; i += 1) {
        if (models.indexOf(subjects[i].model.split(".")[0]) >= 0) { tell(); return; }
      }
    });
    window.addEventListener("pagehide", function () { source.close(); });
  }
})();
