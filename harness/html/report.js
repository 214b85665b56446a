// SPDX-License-Identifier: MIT
// Sorting, filtering and unfolding of the table, the theme. Without it the page is whole, and all rows are unfolded.
"use strict";

document.documentElement.classList.add("js");

// Storage may be refused for pages from disk; the choice lasts as long as the page then.
const stored = {
  get() { try { return localStorage.getItem("spbench-theme") || ""; } catch { return ""; } },
  set(theme) { try { localStorage.setItem("spbench-theme", theme); } catch { /* as above */ } },
};

function applyTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

function setUpTheme() {
  const chosen = document.querySelector(`.theme input[value="${stored.get()}"]`);
  if (chosen) chosen.checked = true;
  document.querySelector(".theme").addEventListener("change", (event) => {
    applyTheme(event.target.value);
    stored.set(event.target.value);
  });
}

// ---- unfolding ----

function fold(body, open) {
  body.classList.toggle("open", open);
  body.querySelector(".fold").setAttribute("aria-expanded", String(open));
}

function setUpFolding(bodies, unfoldAll) {
  for (const body of bodies) {
    fold(body, false);
    // The whole line is the mouse's target; the button in it is the keyboard's. Marking text is no click.
    body.rows[0].addEventListener("click", () => {
      if (String(getSelection()) === "") fold(body, !body.classList.contains("open"));
    });
  }
  unfoldAll.addEventListener("click", () => {
    const open = unfoldAll.getAttribute("aria-pressed") !== "true";
    unfoldAll.setAttribute("aria-pressed", String(open));
    unfoldAll.textContent = open ? "Fold all" : "Unfold all";
    for (const body of bodies) if (!body.hidden) fold(body, open);
  });
}

// ---- sorting ----

// What a cell is sorted by: its unit, then its number, or its text. Cells without a value are null.
function keyOf(cell) {
  const text = cell.textContent.trim();
  const number = cell.dataset.v === undefined ? null : Number(cell.dataset.v);
  if (cell.classList.contains("number")) return number === null ? null : { unit: cell.dataset.u || "", value: number };
  return number === null ? (text ? { unit: "", value: text } : null) : { unit: "", value: number };
}

function compareKeys(a, b, sign) {
  if (a === null || b === null) return (a === null) - (b === null);
  if (a.unit !== b.unit) return a.unit < b.unit ? -1 : 1;
  return a.value === b.value ? 0 : (a.value < b.value ? -sign : sign);
}

function sortBy(table, bodies, heads, column) {
  const direction = heads[column].getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
  heads.forEach((head, i) => head.setAttribute("aria-sort", i === column ? direction : "none"));
  const keys = new Map(bodies.map((body) => [body, keyOf(body.rows[0].cells[column])]));
  const sign = direction === "ascending" ? 1 : -1;
  bodies.sort((a, b) => compareKeys(keys.get(a), keys.get(b), sign));
  table.append(...bodies);
}

function setUpSorting(table, bodies) {
  const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
  heads.forEach((head, column) => {
    head.querySelector(".sort").addEventListener("click", () => sortBy(table, bodies, heads, column));
  });
}

// ---- filtering ----

function addChoices(select, bodies, key) {
  const counts = new Map();
  for (const body of bodies)
    for (const word of new Set(body.dataset[key].split("|"))) counts.set(word, (counts.get(word) || 0) + 1);
  for (const [word, count] of counts) if (word) select.add(new Option(`${word} (${count})`, word));
}

function setUpFilter(form, bodies, nothing) {
  const { text, state, family } = form.elements;
  const output = form.querySelector("output");
  const texts = new Map(bodies.map((body) => [body, body.rows[0].textContent.toLowerCase()]));
  const filter = () => {
    const words = text.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const body of bodies) {
      body.hidden = !(words.every((word) => texts.get(body).includes(word)) &&
        (!state.value || body.dataset.state.split("|").includes(state.value)) &&
        (!family.value || body.dataset.family === family.value));
      shown += !body.hidden;
    }
    const all = `${bodies.length} row${bodies.length === 1 ? "" : "s"}`;
    output.textContent = shown === bodies.length ? all : `${shown} of ${all}`;
    nothing.hidden = shown > 0 || bodies.length === 0;
  };
  addChoices(state, bodies, "state");
  addChoices(family, bodies, "family");
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  const showAll = () => { form.reset(); filter(); };
  nothing.querySelector("button").addEventListener("click", () => { showAll(); text.focus(); });
  filter(); // a page that was reloaded keeps what stood in the form
  return showAll;
}

// ---- links to a row ----

function openTarget(showAll) {
  const body = document.getElementById(location.hash.slice(1)); // ids need no escapes
  if (!body || !body.matches("tbody")) return;
  if (body.hidden) showAll();
  fold(body, true);
  body.scrollIntoView();
  body.querySelector(".fold").focus({ preventScroll: true });
}

// A closed <details> would be missing on paper.
function setUpPrinting() {
  addEventListener("beforeprint", () => {
    for (const figure of document.querySelectorAll(".figure:not([open])")) {
      figure.open = true;
      figure.dataset.closed = "";
    }
  });
  addEventListener("afterprint", () => {
    for (const figure of document.querySelectorAll(".figure[data-closed]")) {
      figure.open = false;
      delete figure.dataset.closed;
    }
  });
}

applyTheme(stored.get());
document.addEventListener("DOMContentLoaded", () => {
  const table = document.querySelector("table.rows");
  const bodies = [...table.tBodies].filter((body) => body.id);
  const form = document.querySelector(".controls");
  setUpTheme();
  setUpFolding(bodies, form.elements.unfold);
  setUpSorting(table, bodies);
  const showAll = setUpFilter(form, bodies, document.querySelector(".nothing"));
  addEventListener("load", () => openTarget(showAll)); // later than the browser's own way to the target
  addEventListener("hashchange", () => openTarget(showAll));
  setUpPrinting();
});
