/* Drawing an area on the map of the composer. The field of corners is the truth: the map writes
   into it and draws what stands in it, so that everything works without a map and by keyboard. */
(function () {
  "use strict";
  var box = document.querySelector("[data-draw]");
  if (!box) { return; }
  var svg = box.querySelector("svg");
  var field = document.getElementById(box.getAttribute("data-draw"));
  if (!svg || !field) { return; }
  var number = function (name) { return parseFloat(svg.getAttribute("data-" + name)); };
  var west = number("west"), north = number("north"), cos = number("cos"), factor = number("factor"), margin = number("margin");
  var layer = svg.querySelector("[data-layer]");
  var said = box.querySelector("[data-said]");
  var SVG = "http://www.w3.org/2000/svg";

  function areas() {
    var found = [[]];
    field.value.split("\n").forEach(function (line) {
      var parts = line.split(/[\s,，、;；]+/).filter(Boolean).map(Number);
      if (!line.trim()) { if (found[found.length - 1].length) { found.push([]); } return; }
      if (parts.length === 2 && isFinite(parts[0]) && isFinite(parts[1])) { found[found.length - 1].push(parts); }
    });
    return found;
  }
  function write(found) {
    var open = found.length && !found[found.length - 1].length;
    field.value = found.filter(function (ring) { return ring.length; }).map(function (ring) {
      return ring.map(function (corner) { return corner[0].toFixed(5) + ", " + corner[1].toFixed(5); }).join("\n");
    }).join("\n\n") + (open && found.length > 1 ? "\n\n" : "");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function place(corner) {
    return [margin + (corner[0] - west) * cos * factor, margin + (north - corner[1]) * factor];
  }
  function add(name, attributes) {
    var node = document.createElementNS(SVG, name);
    Object.keys(attributes).forEach(function (key) { node.setAttribute(key, attributes[key]); });
    layer.appendChild(node);
  }
  function draw() {
    while (layer.firstChild) { layer.removeChild(layer.firstChild); }
    var corners = 0;
    areas().forEach(function (ring, index, all) {
      var points = ring.map(place);
      var isOpen = index === all.length - 1;
      if (points.length > 1) {
        add("polygon", { "class": "draw-ring" + (isOpen && points.length < 3 ? " is-open" : ""), points: points.map(function (p) { return p[0].toFixed(1) + "," + p[1].toFixed(1); }).join(" ") });
      }
      points.forEach(function (p) { corners += 1; add("circle", { "class": "draw-corner", cx: p[0].toFixed(1), cy: p[1].toFixed(1), r: 4 }); });
    });
    if (said) { said.textContent = said.getAttribute("data-words").replace("#", corners); }
  }
  svg.addEventListener("click", function (event) {
    var matrix = svg.getScreenCTM();
    if (!matrix) { return; }
    var point = svg.createSVGPoint();
    point.x = event.clientX;
    point.y = event.clientY;
    var here = point.matrixTransform(matrix.inverse());
    var found = areas();
    found[found.length - 1].push([west + (here.x - margin) / (cos * factor), north - (here.y - margin) / factor]);
    write(found);
  });
  box.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest("[data-act]") : null;
    if (!button) { return; }
    var found = areas();
    if (button.getAttribute("data-act") === "undo") {
      if (!found[found.length - 1].length && found.length > 1) { found.pop(); }
      found[found.length - 1].pop();
    } else if (button.getAttribute("data-act") === "next") {
      if (found[found.length - 1].length) { found.push([]); }
    } else { found = []; }
    write(found);
  });
  field.addEventListener("input", draw);
  box.querySelector("[data-bar]").hidden = false;
  draw();
})();
