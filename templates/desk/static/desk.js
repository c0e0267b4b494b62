// Keys of the desk: j and k go through the sentences; a, x, i, u, o, ... press what has the key; e edits. All of it is also a link or a button.
"use strict";
const typing = at => at.closest("input, textarea, select") !== null;
const beside = step => {
  const rows = [...document.querySelectorAll(".s")];
  const at = rows.findIndex(row => row.ariaCurrent);
  return rows[Math.min(Math.max(at + step, 0), rows.length - 1)]?.querySelector("a.text");
};
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && typing(event.target)) return event.target.blur();
  if (typing(event.target)) return;
  if (event.key === "?") return location.assign("/help");
  const found = event.key === "j" ? beside(1) : event.key === "k" ? beside(-1) : document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!found) return;
  event.preventDefault();
  found.closest("details")?.setAttribute("open", "");
  if (typing(found)) found.focus();
  else found.click();
});
document.addEventListener("htmx:after:swap", () => {
  const current = document.querySelector(".s[aria-current]");
  current?.querySelector("a.text").focus({preventScroll: true});
  current?.scrollIntoView({block: "nearest"});
});
