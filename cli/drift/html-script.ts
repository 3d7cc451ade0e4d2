/** Filters the page by text, and opens collapsed parts during a search. The style filters by status. */
export const pageScript = `
"use strict";
const box = document.getElementById("find");
const matches = document.getElementById("matches");
const items = [...document.querySelectorAll("[data-item]")];
const sections = [...document.querySelectorAll("main section")];
const inSync = document.getElementById("in-sync-list");
const texts = new Map();
const textOf = (item) => {
  if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
  return texts.get(item);
};
function filter() {
  const wanted = box.value.trim().toLowerCase();
  const chosen = document.querySelector("input[name=show]:checked").value;
  for (const item of items) item.hidden = wanted !== "" && !textOf(item).includes(wanted);
  let shown = 0;
  for (const section of sections) {
    const inside = [...section.querySelectorAll("[data-item]")].filter((item) => !item.hidden).length;
    for (const group of section.querySelectorAll("[data-group]"))
      group.hidden = wanted !== "" && group.querySelector("[data-item]:not([hidden])") === null;
    section.hidden = wanted !== "" && inside === 0;
    if (chosen === "all" || chosen === section.dataset.kind) shown += inside;
  }
  if (inSync) inSync.open = chosen === "in-sync" || wanted !== "";
  matches.textContent = wanted === "" ? "" : shown === 0 ? "Nothing matches." : shown + (shown === 1 ? " match." : " matches.");
}
box.closest("[hidden]").hidden = false;
box.addEventListener("input", filter);
for (const choice of document.querySelectorAll("input[name=show]")) choice.addEventListener("change", filter);
filter();
`;
