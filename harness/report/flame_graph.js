/* SPDX-License-Identifier: MIT
 * Zoom, search and what is under the mouse. Boxes hold their place in the whole as data-x and data-w (shares), data-d (depth). */
(function () {
  "use strict";
  var svg = document.documentElement, boxes = Array.prototype.slice.call(svg.querySelectorAll("g.f"));
  var status = svg.querySelector("#status"), found = svg.querySelector("#found"), clear = svg.querySelector("#clear");
  var width = Number(svg.getAttribute("data-width")), left = 10, letter = 6.6, zoomed = null, pattern = null;

  function number(box, name) { return Number(box.getAttribute("data-" + name)); }
  function place(box, from, share) {
    var x = left + (number(box, "x") - from) / share * width, w = number(box, "w") / share * width;
    var x1 = Math.max(left, x), x2 = Math.min(left + width, x + w), rect = box.querySelector("rect"), text = box.querySelector("text");
    box.style.display = x2 - x1 < 0.1 ? "none" : "";
    rect.setAttribute("x", x1.toFixed(2));
    rect.setAttribute("width", Math.max(0, x2 - x1 - 0.4).toFixed(2));
    var room = Math.floor((x2 - x1 - 6) / letter), name = box.getAttribute("data-n");
    text.textContent = room < 3 ? "" : name.length <= room ? name : name.slice(0, room - 1) + "\u2026";
    text.setAttribute("x", (x1 + 3).toFixed(2));
  }
  function show(box) {
    var from = box ? number(box, "x") : 0, share = box ? number(box, "w") : 1, depth = box ? number(box, "d") : 0;
    zoomed = box;
    boxes.forEach(function (other) {
      place(other, from, share);
      var caller = box && number(other, "d") < depth;
      other.classList.toggle("caller", Boolean(caller));
    });
    clear.style.display = box || pattern ? "" : "none";
  }
  function search(text) {
    var sum = 0, end = -1;
    try { pattern = text ? new RegExp(text) : null; } catch (error) { found.textContent = "no regular expression: " + text; return; }
    boxes.forEach(function (box) { box.classList.toggle("hit", Boolean(pattern && pattern.test(box.getAttribute("data-n")))); });
    /* What is on top of a hit is counted with it once. */
    boxes.filter(function (box) { return box.classList.contains("hit"); })
      .sort(function (a, b) { return number(a, "x") - number(b, "x") || number(a, "d") - number(b, "d"); })
      .forEach(function (box) { if (number(box, "x") >= end - 1e-12) { sum += number(box, "w"); end = number(box, "x") + number(box, "w"); } });
    found.textContent = pattern ? "matched: " + (100 * sum).toFixed(2) + " %" : "";
    clear.style.display = zoomed || pattern ? "" : "none";
  }
  function ask() {
    var text = window.prompt("Functions to mark (a regular expression):", pattern ? pattern.source : "");
    if (text !== null) search(text);
  }
  function box(event) { return event.target.closest ? event.target.closest("g.f") : null; }
  svg.addEventListener("click", function (event) { if (box(event)) show(box(event)); });
  svg.addEventListener("mouseover", function (event) { if (box(event)) status.textContent = box(event).querySelector("title").textContent; });
  svg.addEventListener("mouseout", function () { status.textContent = ""; });
  svg.addEventListener("focusin", function (event) { if (box(event)) status.textContent = box(event).querySelector("title").textContent; });
  svg.addEventListener("keydown", function (event) {
    if ((event.key === "Enter" || event.key === " ") && box(event)) { show(box(event)); event.preventDefault(); }
    else if (event.key === "Escape") { search(""); show(null); }
    else if (event.key === "/" || (event.ctrlKey && event.key === "f")) { ask(); event.preventDefault(); }
  });
  svg.querySelector("#search").addEventListener("click", ask);
  clear.addEventListener("click", function () { search(""); show(null); });
  ["#search", "#clear"].forEach(function (id) {
    svg.querySelector(id).addEventListener("keydown", function (event) { if (event.key === "Enter") { event.target.dispatchEvent(new Event("click")); event.preventDefault(); } });
  });
  svg.querySelector("#search").style.display = "";
  show(null);
}());
