/* A session that ends is announced before, and what was typed in this window comes back after
   signing in again. Passwords and files are never kept. Comfort only: pages work without it. */
(function () {
  "use strict";
  var bar = document.getElementById("session");
  var store = window.sessionStorage;
  var KEY = "anlan-draft";
  var KEPT = "input:not([type=hidden]):not([type=password]):not([type=file]):not([type=submit]), textarea, select";

  function read() { try { return JSON.parse(store.getItem(KEY) || "null"); } catch (error) { return null; } }
  function write(draft) { try { if (draft) { store.setItem(KEY, JSON.stringify(draft)); } else { store.removeItem(KEY); } } catch (error) { /* a full store keeps nothing */ } }
  function fields(form) {
    return Array.prototype.filter.call(form.querySelectorAll(KEPT), function (f) { return f.name; });
  }
  function place(form) { return Array.prototype.indexOf.call(document.forms, form); }

  if (!bar) {  /* the sign-in page: what was sent into an ended session was not taken */
    var waiting = read();
    if (waiting) { waiting.sent = false; write(waiting); }
    return;
  }

  var who = bar.dataset.account;
  var url = bar.dataset.url;
  var csrf = (document.cookie.match(/anlan_csrf=([^;]+)/) || [])[1] || "";
  var warnS = Number(bar.dataset.warnS);
  var lastTold = 0;

  function keep(form) {
    if (form.method !== "post" || form.dataset.noDraft !== undefined) { return; }
    write({
      account: who, path: location.pathname, form: place(form), sent: false,
      values: fields(form).map(function (f) {
        return [f.name, f.value, /^(checkbox|radio)$/.test(f.type) ? f.checked : null];
      })
    });
  }
  function restore() {
    var draft = read();
    if (!draft) { return; }
    if (draft.account !== who || draft.sent) { write(null); return; }
    if (draft.path !== location.pathname) { return; }
    var form = document.forms[draft.form];
    if (!form) { return; }
    var changed = false;
    fields(form).forEach(function (field, index) {
      var value = draft.values[index];
      if (!value || value[0] !== field.name) { return; }
      if (value[2] !== null) { changed = changed || field.checked !== value[2]; field.checked = value[2]; }
      else if (field.value !== value[1]) { field.value = value[1]; changed = true; }
    });
    if (changed) { bar.querySelector("[data-restored]").hidden = false; bar.hidden = false; }
  }
  function ask(method) {
    return fetch(url, {
      method: method, credentials: "same-origin",
      headers: method === "POST" ? { "X-CSRFToken": csrf } : {}
    }).then(function (answer) { return answer.json(); }).then(function (found) { return found.left_s; });
  }
  function show(left) {
    bar.querySelector("[data-ending]").hidden = false;
    bar.querySelector("[data-left]").textContent = String(Math.max(1, Math.ceil(left / 60)));
    bar.hidden = false;
  }
  function hide() { bar.querySelector("[data-ending]").hidden = true; if (bar.querySelector("[data-restored]").hidden) { bar.hidden = true; } }
  function watch() {
    ask("GET").then(function (left) {
      if (left <= 0) { location.href = bar.dataset.signIn + "?why=idle&next=" + encodeURIComponent(location.pathname + location.search); return; }
      if (left <= warnS) { show(left); window.setTimeout(watch, 5000); }
      else { hide(); window.setTimeout(watch, Math.max(1000, (left - warnS) * 1000)); }
    }).catch(function () { window.setTimeout(watch, 30000); });
  }
  function alive() {
    if (Date.now() - lastTold < 60000) { return; }
    lastTold = Date.now();
    ask("POST").catch(function () { lastTold = 0; });
  }
  document.addEventListener("input", function (event) {
    if (event.target.form) { keep(event.target.form); alive(); }
  });
  document.addEventListener("submit", function (event) {
    var draft = read();
    if (event.target.action && event.target.action.indexOf("/sign-out/") >= 0) { write(null); return; }
    if (draft && draft.form === place(event.target) && draft.path === location.pathname) { draft.sent = true; write(draft); }
  });
  bar.querySelector("[data-stay]").addEventListener("click", function () {
    lastTold = 0; ask("POST").then(hide);
  });
  restore();
  window.setTimeout(watch, Math.max(1000, (Number(bar.dataset.leftS) - warnS) * 1000));
})();
