// Looks in the index beside it as one types; results are text nodes, never HTML.
const query = document.getElementById("query");
const count = document.getElementById("count");
const results = document.getElementById("results");
const root = new URL("../", document.baseURI);
const MOST = 20;
let index;
let turn = 0;

function item(found) {
  const entry = document.createElement("li");
  const link = document.createElement("a");
  link.href = new URL(found.raw_url.replace(/^\//, ""), root);
  link.textContent = found.meta.title;
  const words = document.createElement("p");
  words.textContent = new DOMParser().parseFromString(found.excerpt, "text/html").body.textContent;
  entry.append(link, words);
  return entry;
}

async function look() {
  const mine = ++turn;
  index ??= await import(new URL("pagefind/pagefind.js", root));
  const found = query.value.trim() ? await index.search(query.value) : { results: [] };
  const shown = await Promise.all(found.results.slice(0, MOST).map((result) => result.data()));
  if (mine !== turn) return;
  results.replaceChildren(...shown.map(item));
  count.textContent = query.value.trim() ? `${found.results.length} found` : "";
}

query.addEventListener("input", look);
const asked = new URLSearchParams(location.search).get("q");
if (asked) {
  query.value = asked;
  look();
}
