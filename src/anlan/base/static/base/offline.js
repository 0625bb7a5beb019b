/* Forms marked data-offline are kept in this browser while there is no signal, and sent on return.
   Each carries its request id: sent twice, it leaves one result. What is refused stays, with the
   reason; everything that waits can be seen, edited and removed. */
(function () {
  "use strict";
  var box = document.getElementById("queue");
  if (!box) { return; }
  var KEY = "anlan-queue", store = window.localStorage, words = box.dataset, sending = false;

  function all() { try { return JSON.parse(store.getItem(KEY) || "[]"); } catch (error) { return []; } }
  function save(entries) { store.setItem(KEY, JSON.stringify(entries)); show(); }
  function mine(entry) { return entry.account === words.account; }
  function change(id, how) {
    save(all().map(function (entry) { return entry.id === id ? how(entry) : entry; }).filter(Boolean));
  }
  function token() { return (document.cookie.match(/anlan_csrf=([^;]+)/) || [])[1] || ""; }

  function entryOf(form) {
    var values = [];
    Array.prototype.forEach.call(form.elements, function (field) {
      if (!field.name || field.name === "csrfmiddlewaretoken" || field.type === "submit" || field.type === "file") { return; }
      if (/^(checkbox|radio)$/.test(field.type) && !field.checked) { return; }
      var label = field.labels && field.labels[0] ? field.labels[0].textContent.trim() : "";
      if (field.type !== "select-multiple") { values.push([field.name, field.value, field.type === "hidden" ? "" : label]); return; }
      Array.prototype.forEach.call(field.selectedOptions, function (o) { values.push([field.name, o.value, ""]); });
    });
    return {
      id: form.elements.request_id.value, account: words.account, label: form.dataset.offline || document.title.split(" · ")[0],
      url: form.action, at: new Date().toISOString(), state: "waiting", reason: "", values: values, files: []
    };
  }
  function filesOf(form) {
    var found = [];
    Array.prototype.forEach.call(form.elements, function (field) {
      if (field.type !== "file") { return; }
      Array.prototype.forEach.call(field.files, function (file) { found.push([field.name, file]); });
    });
    return found;
  }
  /* Files wait as text beside the entry; each is [field, name, data address]. */
  function read(files) {
    return Promise.all(files.map(function (one) {
      return new Promise(function (done, failed) {
        var reader = new FileReader();
        reader.onload = function () { done([one[0], one[1].name, reader.result]); };
        reader.onerror = failed;
        reader.readAsDataURL(one[1]);
      });
    }));
  }
  function fileFrom(address, name) {
    var parts = address.split(","), bytes = atob(parts[1]), array = new Uint8Array(bytes.length);
    for (var i = 0; i < bytes.length; i += 1) { array[i] = bytes.charCodeAt(i); }
    return new File([array], name, { type: (parts[0].match(/:(.*?);/) || [])[1] || "" });
  }
  function post(entry, byQueue) {
    var files = entry.files || [], body = files.length ? new FormData() : new URLSearchParams();
    entry.values.forEach(function (value) { body.append(value[0], value[1]); });
    files.forEach(function (file) { body.append(file[0], fileFrom(file[2], file[1])); });
    var headers = { "X-CSRFToken": token() };
    if (byQueue) { headers["X-Anlan-Queue"] = "1"; }
    return fetch(entry.url, { method: "POST", credentials: "same-origin", body: body, headers: headers });
  }
  function reasonIn(html, status) {
    var page = new DOMParser().parseFromString(html, "text/html"), text = "";
    [".columns [role=alert]", ".columns .card-body", ".lead", "h1"].forEach(function (selector) {
      Array.prototype.forEach.call(page.querySelectorAll("main " + selector), function (found) {
        text = text || found.textContent.trim();
      });
    });
    return (text || String(status)).slice(0, 300);
  }
  function put(entry) {
    var entries = all().filter(function (known) { return known.id !== entry.id; });
    save(entries.concat([entry]));
  }

  function send() {
    if (sending || navigator.onLine === false) { return; }
    var entry = all().filter(function (e) { return mine(e) && e.state === "waiting"; })[0];
    if (!entry) { return; }
    sending = true;
    post(entry, true).then(function (answer) {
      if (answer.redirected && answer.url.indexOf("/sign-in/") >= 0) { box.querySelector("[data-signed-out]").hidden = false; throw new Error("signed out"); }
      if (answer.ok) { change(entry.id, function () { return null; }); return null; }
      if (answer.status >= 500 || answer.status === 429) { throw new Error("later"); }
      return answer.text().then(function (html) {
        change(entry.id, function (e) { e.state = "refused"; e.reason = reasonIn(html, answer.status); return e; });
      });
    }).then(function () { sending = false; send(); }, function () { sending = false; });
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.dataset || form.dataset.offline === undefined || !window.fetch) { return; }
    var entry = entryOf(form), files = filesOf(form);
    if (navigator.onLine !== false && files.length) { return; }
    event.preventDefault();
    if (navigator.onLine === false) {
      read(files).then(function (kept) { entry.files = kept; put(entry); }).catch(function () { tell(form); });
      return;
    }
    post(entry).then(function (answer) {
      return answer.text().then(function (html) {
        history.replaceState(null, "", answer.url);
        document.open(); document.write(html); document.close();
      });
    }).catch(function () { put(entry); });
  });

  /* What does not fit into the browser's memory stays in the form. */
  function tell(form) {
    var said = form.querySelector("[data-too-large]") || form.insertBefore(node("p", words.tooLarge, { "class": "note refused", role: "alert", "data-too-large": "" }), form.firstChild);
    said.scrollIntoView({ block: "nearest" });
  }

  function node(tag, text, attributes) {
    var made = document.createElement(tag);
    if (text) { made.textContent = text; }
    Object.keys(attributes || {}).forEach(function (name) { made.setAttribute(name, attributes[name]); });
    return made;
  }
  function row(entry) {
    var item = node("li", "", { "data-entry": entry.id }), head = node("div");
    head.appendChild(node("strong", entry.label));
    head.appendChild(node("span", " " + (entry.state === "waiting" ? words.waiting : words.refused), { "class": "badge " + (entry.state === "waiting" ? "tone-blue" : "tone-orange") }));
    item.appendChild(head);
    if (entry.reason) { item.appendChild(node("p", entry.reason, { "class": "refused", "data-reason": "" })); }
    (entry.files || []).forEach(function (file) { item.appendChild(node("p", file[1], { "class": "muted" })); });
    entry.values.forEach(function (value, index) {
      if (!value[2]) { return; }
      var label = node("label", value[2] + " "), field = node("input", "", { value: value[1], name: value[0] });
      field.addEventListener("change", function () {
        change(entry.id, function (e) { e.values[index][1] = field.value; e.state = "waiting"; e.reason = ""; return e; });
        send();
      });
      label.appendChild(field); item.appendChild(label);
    });
    var again = node("button", words.again, { type: "button", "class": "button", "data-again": "" });
    again.addEventListener("click", function () { change(entry.id, function (e) { e.state = "waiting"; e.reason = ""; return e; }); send(); });
    var remove = node("button", words.remove, { type: "button", "class": "button", "data-remove": "" });
    remove.addEventListener("click", function () { change(entry.id, function () { return null; }); });
    item.appendChild(again); item.appendChild(remove);
    return item;
  }
  function show() {
    var list = box.querySelector("ul"), entries = all().filter(mine);
    list.textContent = "";
    entries.forEach(function (entry) { list.appendChild(row(entry)); });
    box.hidden = !entries.length;
    box.querySelector("[data-count]").textContent = String(entries.length);
  }
  window.addEventListener("online", send);
  window.addEventListener("storage", show);
  window.setInterval(send, 30000);
  show();
  send();
})();
