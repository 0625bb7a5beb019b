/* Comfort only: the plan works without this file. */
(function () {
  "use strict";
  var typing = function (node) { return node && /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName); };
  /* Reviewer: j and k go to the next and the previous clause. */
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) { return; }
    if (!document.querySelector("[data-review]")) { return; }
    var rel = event.key === "j" ? "next" : event.key === "k" ? "prev" : "";
    var link = rel && document.querySelector("a[rel=" + rel + "]");
    if (link) { event.preventDefault(); location.href = link.href; }
  });
  var here = document.querySelector(".review-list .is-here");
  if (here) { here.parentNode.scrollTop = here.offsetTop - here.parentNode.offsetTop - 90; }
  var list = document.querySelector(".review-list");
  if (list && window.matchMedia("(max-width: 1080px)").matches) { list.removeAttribute("open"); }
  /* Uploads: say that the program is at work. */
  Array.prototype.forEach.call(document.querySelectorAll("form[data-upload]"), function (form) {
    form.addEventListener("submit", function () { (form.closest(".card") || form).classList.add("is-busy"); });
    var drop = form.querySelector(".drop");
    if (!drop) { return; }
    ["dragover", "dragleave", "drop"].forEach(function (name) {
      drop.addEventListener(name, function () { drop.classList.toggle("is-over", name === "dragover"); });
    });
  });
  /* Matrix: light the column under the pointer. */
  var matrix = document.querySelector(".matrix:not(.by-kind)");
  if (matrix) {
    var lit = null;
    matrix.addEventListener("mouseover", function (event) {
      var cell = event.target.closest("tbody td");
      var head = cell ? matrix.querySelectorAll(".heads th")[cell.cellIndex] : null;
      if (lit) { lit.classList.remove("is-here-column"); }
      lit = head;
      if (head) { head.classList.add("is-here-column"); }
    });
  }
  window.addEventListener("pageshow", function () {
    Array.prototype.forEach.call(document.querySelectorAll(".is-busy"), function (node) { node.classList.remove("is-busy"); });
  });
})();
