// Keys of the desk. Everything they do is also a link, a button or a field; without script those remain.
"use strict";
(() => {
  const OFF = "desk-keys-off";
  const PLACES = { q: "/", t: "/threads", c: "/corrections", f: "/forecasts", s: "/sources", r: "/runs" };
  const TYPED = "input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]";
  const one = (selector) => document.querySelector(selector);
  const all = (selector, hidden) => [...document.querySelectorAll(selector)].filter((e) => hidden || e.getClientRects().length);
  let going = false;

  const stored = () => { try { return localStorage.getItem(OFF) === "yes"; } catch { return false; } };
  const store = (off) => { try { localStorage.setItem(OFF, off ? "yes" : "no"); } catch { /* keys stay on */ } };

  const reveal = (element) => { for (let d = element.closest("details"); d; d = d.parentElement.closest("details")) d.open = true; };
  const focus = (element) => { reveal(element); element.focus(); element.scrollIntoView({ block: "nearest" }); };
  const act = (element) => {
    if (element.matches(TYPED + ", [data-focus]")) focus(element);
    else element.click();
  };

  // Sentences of a draft, else the entries of a list.
  const items = () => { const said = all(".sentences .text"); return said.length ? said : all("[data-item], .queue.wide a"); };
  const at = (list) => {
    const focused = list.findIndex((e) => e === document.activeElement);
    return focused >= 0 ? focused : list.findIndex((e) => e.closest("[aria-current]"));
  };
  const move = (by) => {
    const list = items();
    const from = at(list);
    const next = list[from < 0 ? (by > 0 ? 0 : list.length - 1) : from + by];
    if (!next) return;
    if (next.matches(".sentences .text")) next.click();
    else focus(next);
  };
  const open = () => {
    const list = items();
    const entry = list[at(list)] || list[0];
    if (!entry) return;
    const target = entry.hash && entry.pathname === location.pathname && one(entry.hash);
    if (target && target.matches("details")) { target.open = true; focus(target.querySelector("summary")); }
    else entry.click();
  };

  // Of several with one key, the last before the sentence that is looked at: that of its section.
  const meant = (list) => {
    const current = one(".s[aria-current]");
    return list.findLast((e) => current && e.compareDocumentPosition(current) & Node.DOCUMENT_POSITION_FOLLOWING) || list[0];
  };

  const KEYS = {
    j: () => move(1),
    k: () => move(-1),
    o: open,
    g: () => { going = true; },
    "/": () => { const field = one("main [data-search]") || one("[data-search]"); if (field) focus(field); },
    "?": () => location.assign("/help"),
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.matches(TYPED);
    if (typing) {
      if (event.key === "Escape") event.target.blur();
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) {
        event.preventDefault();
        event.target.form.requestSubmit();
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || stored()) return;
    if (going) {
      going = false;
      if (PLACES[event.key]) { event.preventDefault(); location.assign(PLACES[event.key]); }
      return;
    }
    const marked = /^[a-z]$/.test(event.key) && meant(all(`[data-key="${event.key}"]`, true));
    if (marked) { event.preventDefault(); act(marked); }
    else if (Object.hasOwn(KEYS, event.key)) { event.preventDefault(); KEYS[event.key](); }
  });

  // A page has come, or a part of one: the focus goes to the sentence that is looked at, so that a reader hears it.
  const arrived = (looked) => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (target && target.matches("details")) target.open = true;
    const sentence = one(".s[aria-current] .text");
    if (sentence && looked) { sentence.focus({ preventScroll: true }); sentence.scrollIntoView({ block: "nearest" }); }
    for (const link of document.querySelectorAll(".masthead nav a")) {
      if (link.pathname === location.pathname) link.ariaCurrent = "page";
      else link.removeAttribute("aria-current");
    }
    const place = one("#keys");
    if (place && !place.firstChild) place.append(turning());
  };
  document.addEventListener("DOMContentLoaded", () => arrived(location.hash.length > 1));
  document.addEventListener("htmx:after:swap", () => setTimeout(arrived, 0, true));

  // Keys without a modifier can be turned off: some type by voice, and to them every word is a row of keys.
  function turning() {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    const tell = () => { button.textContent = stored() ? "Keys are off: turn them on" : "Keys are on: turn them off"; };
    button.addEventListener("click", () => { store(!stored()); tell(); });
    tell();
    return button;
  }
})();
