"use strict";

const byId = id => document.getElementById(id);
const selects = ["layout", "view", "paper"];
const frame = byId("sheet");
let asked = 0;

const query = () => new URLSearchParams(selects.map(id => [id, byId(id).value])).toString();

function fill(select, options, chosen) {
  select.replaceChildren(...options.map(([value, text]) => {
    const option = document.createElement("option");
    option.value = value;
    option.textContent = text;
    option.selected = value === chosen;
    return option;
  }));
}

function line(problem) {
  const item = document.createElement("li");
  for (const part of ["place", "code", "message"]) {
    if (!problem[part]) continue;
    const element = document.createElement(part === "message" ? "span" : "code");
    element.className = part;
    element.textContent = problem[part];
    item.append(element, " ");
  }
  return item;
}

function showProblems(problems, broken) {
  const box = byId("problems");
  box.hidden = problems.length === 0;
  box.className = broken ? "errors" : "";
  const count = `${problems.length} problem${problems.length === 1 ? "" : "s"}`;
  box.querySelector("h2").textContent = broken ? `${count}: nothing can be shown` : count;
  box.querySelector("ol").replaceChildren(...problems.map(line));
}

// The sheet is loaded where the reader has scrolled to.
function load(address) {
  const top = frame.contentWindow?.scrollY ?? 0;
  frame.onload = () => frame.contentWindow.scrollTo(0, top);
  if (frame.getAttribute("src") === address) frame.contentWindow.location.reload();
  else frame.src = address;
}

async function refresh() {
  const number = ++asked;
  byId("state").textContent = "building …";
  let built;
  try {
    const answer = await fetch(`/build?${query()}`, {cache: "no-store"});
    built = await answer.json();
  } catch {
    byId("state").textContent = "the preview has ended";
    return;
  }
  if (number !== asked) return;
  const broken = built.views.length === 0;
  showProblems(built.problems, broken);
  byId("title").textContent = built.title;
  document.title = built.title ? `${built.title} · quizgen` : "quizgen preview";
  fill(byId("layout"), built.layouts, built.chosen.layout);
  fill(byId("paper"), built.papers, built.chosen.paper);
  if (!broken) {
    fill(byId("view"), built.views, built.chosen.view);
    load(`/sheet?${query()}`);
  }
  document.querySelector("main").hidden = broken;
  byId("state").textContent = broken ? "waiting for a change" : `${built.state}`;
}

for (const id of selects) byId(id).addEventListener("change", refresh);
document.querySelector("form").addEventListener("submit", event => event.preventDefault());

// The first event comes with the connection, so that a server that was away brings the page up to date.
new EventSource("/events").onmessage = refresh;
