"use strict";
// One script for all pages, without a build step. Text of papers only ever becomes text nodes.

const theme = {
  apply() {
    const chosen = localStorage.getItem("theme");
    if (chosen) document.documentElement.dataset.theme = chosen;
  },
  toggle() {
    const dark = document.documentElement.dataset.theme
      ? document.documentElement.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    localStorage.setItem("theme", dark ? "light" : "dark");
    theme.apply();
  },
};

// What this reader has read, starred and hidden: {paper id without version: {title, read, starred, hidden}}.
const shelf = {
  papers: {},
  load() {
    try {
      const stored = JSON.parse(localStorage.getItem("papers") || "{}");
      this.papers = stored && typeof stored === "object" ? stored : {};
    } catch {
      this.papers = {};
    }
  },
  has(id, mark) {
    return Boolean(Object.hasOwn(this.papers, id) && this.papers[id][mark]);
  },
  set(id, title, mark, on) {
    this.load(); // another tab may have written
    const paper = Object.hasOwn(this.papers, id) ? this.papers[id] : {};
    this.papers[id] = { ...paper, title, [mark]: on };
    localStorage.setItem("papers", JSON.stringify(this.papers));
  },
  // Takes what an export holds and keeps the marks that are here; returns how many papers came.
  merge(data) {
    const entries = Object.entries((data && data.papers) || {}).filter(([, paper]) => paper && typeof paper === "object");
    for (const [id, paper] of entries) {
      for (const mark of ["starred", "read", "hidden"]) {
        if (paper[mark] === true) this.set(id, String(paper.title || id), mark, true);
      }
    }
    return entries.length;
  },
};

const MARKS = { star: "starred", read: "read", hide: "hidden" };

function showMarks(item) {
  const id = item.dataset.paper;
  for (const mark of Object.values(MARKS)) item.classList.toggle(`is-${mark}`, shelf.has(id, mark));
  const buttons = item.querySelector(".marks");
  if (!buttons) return;
  buttons.hidden = false;
  for (const [name, mark] of Object.entries(MARKS)) {
    const button = buttons.querySelector(`.${name}`);
    const on = shelf.has(id, mark);
    button.setAttribute("aria-pressed", on);
    if (name === "star") button.textContent = on ? "★ 已收藏" : "☆ 收藏";
    if (name === "hide") button.textContent = on ? "显示" : "隐藏";
  }
}

function toggleMark(item, mark) {
  shelf.set(item.dataset.paper, item.dataset.title, mark, !shelf.has(item.dataset.paper, mark));
  document.querySelectorAll("[data-paper]").forEach(showMarks);
  document.querySelectorAll("h1, h2, h3").forEach(breakBetweenWords);
}

// j and k walk over the papers of a list or the sentences of a digest.
const cursor = {
  at: null,
  items: () => [...document.querySelectorAll(document.querySelector(".paper") ? ".paper .s" : ".card, .row")],
  move(step) {
    const items = this.items();
    if (!items.length) return;
    const from = items.indexOf(this.at);
    const next = items[from < 0 ? (step > 0 ? 0 : items.length - 1) : Math.min(Math.max(from + step, 0), items.length - 1)];
    const open = document.querySelector(".evidence:popover-open");
    this.at?.classList.remove("current");
    this.at = next;
    next.classList.add("current");
    next.scrollIntoView({ block: "center" });
    if (open && next.matches(".s")) next.querySelector(".cite").click();
    else next.querySelector("a, .cite")?.focus({ preventScroll: true });
  },
  open() {
    this.at?.querySelector(this.at.matches(".s") ? ".cite" : "h2 a, a")?.click();
  },
  paper() {
    return this.at?.closest("[data-paper]") || document.querySelector(".paper");
  },
};

const KEYS = {
  j: () => cursor.move(1),
  k: () => cursor.move(-1),
  o: () => cursor.open(),
  s: () => cursor.paper() && toggleMark(cursor.paper(), "starred"),
  r: () => cursor.paper() && toggleMark(cursor.paper(), "read"),
  h: () => cursor.paper() && toggleMark(cursor.paper(), "hidden"),
  "/": () => document.querySelector("#search [name=q], .find input").focus(),
  "?": () => document.getElementById("keys").togglePopover(),
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  const act = Object.hasOwn(KEYS, event.key) && KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

function onClick(event) {
  const button = event.target.closest(".mark");
  if (button) {
    const name = Object.keys(MARKS).find((one) => button.classList.contains(one));
    toggleMark(button.closest("[data-paper]"), MARKS[name]);
    return;
  }
  const sentence = event.target.closest(".s");
  if (sentence && !event.target.closest("a, button") && getSelection().isCollapsed) sentence.querySelector(".cite").click();
}

// The sentence whose evidence is open stays marked.
function onToggle(event) {
  if (!event.target.classList?.contains("evidence")) return;
  const sentence = document.getElementById(event.target.id.replace(/-evidence$/, ""));
  sentence.classList.toggle("open", event.newState === "open"); // a sentence, a row of a table, a formula
  if (event.newState !== "open") return;
  cursor.at?.classList.remove("current");
  cursor.at = sentence;
  const [own, panel] = [sentence.getBoundingClientRect(), event.target.getBoundingClientRect()];
  if (panel.left < own.right && panel.top < own.bottom) sentence.scrollIntoView({ block: "start" }); // a sheet over the text
}

// Search: plain substrings over the text of every digest, in scripts of a month each, newest first.
const search = {
  months: [], // [[month, papers, address]]
  papers: new Map(), // month -> [{folder, id, date, stars, categories, tags, title, text, folded}]
  shown: 50,
  run: 0, // of the search under way
  done: false,

  start(form) {
    this.form = form;
    this.months = JSON.parse(document.getElementById("months").textContent);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => this.typed());
    form.addEventListener("change", () => this.commit());
    document.getElementById("more").addEventListener("click", () => this.show((this.shown += 50)));
    addEventListener("hashchange", () => this.restore());
    const asked = new URLSearchParams(location.search).get("q");
    if (asked && !location.hash) history.replaceState(null, "", `#${new URLSearchParams({ q: asked })}`);
    this.restore();
    form.elements.q.focus();
  },
  query() {
    return Object.fromEntries([...new FormData(this.form)].filter(([, value]) => value));
  },
  // The address holds the query: typing replaces it, leaving the field adds a step to go back to.
  typed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      history.replaceState(null, "", `#${new URLSearchParams(this.query())}`);
      this.find();
    }, 80);
  },
  commit() {
    clearTimeout(this.timer);
    const hash = `#${new URLSearchParams(this.query())}`;
    if (location.hash !== hash && this.committed !== hash) history.pushState(null, "", hash);
    this.committed = hash;
    this.find();
  },
  restore() {
    const asked = new URLSearchParams(location.hash.slice(1));
    for (const field of this.form.elements) if (field.name) field.value = asked.get(field.name) || "";
    this.committed = location.hash;
    this.find();
  },
  load(month, address) {
    if (this.papers.has(month)) return Promise.resolve();
    return new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = script.onerror = resolve;
      document.head.append(script);
    });
  },
  async find() {
    const run = ++this.run;
    this.done = false;
    const query = this.query();
    const wanted = fold(query.q || "").split(/\s+/).filter(Boolean);
    this.hits = [];
    this.shown = 50;
    let searched = 0;
    for (const [month, count, address] of this.months) {
      const before = this.hits.length;
      const inRange = (!query.from || `${month}-31` >= query.from) && (!query.to || `${month}-01` <= query.to);
      if (inRange) {
        await this.load(month, address);
        if (run !== this.run) return;
        for (const paper of this.papers.get(month) || []) if (matches(paper, wanted, query)) this.hits.push(paper);
      }
      searched += count;
      if (before < this.shown && this.hits.length > before) this.show(this.shown, wanted); // the newest at once
    }
    this.show(this.shown, wanted);
    document.getElementById("count").textContent = `${searched} 篇中有 ${this.hits.length} 篇`;
    this.done = true;
  },
  show(most, wanted = fold(this.query().q || "").split(/\s+/).filter(Boolean)) {
    document.getElementById("results").replaceChildren(...this.hits.slice(0, most).map((paper) => result(paper, wanted)));
    document.getElementById("more").hidden = this.hits.length <= most;
  },
};

// Lower case, and full-width letters and digits as ASCII. The length stays, so that places in it are places in the text.
function fold(text) {
  const narrow = text.replace(/[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0));
  const lower = narrow.toLowerCase();
  return lower.length === text.length ? lower : [...narrow].map((c) => (c.toLowerCase().length === c.length ? c.toLowerCase() : c)).join("");
}

function matches(paper, wanted, query) {
  return (
    wanted.every((word) => paper.folded.includes(word)) &&
    (!query.category || paper.categories.includes(query.category)) &&
    (!query.tag || paper.tags.includes(query.tag)) &&
    (!query.stars || paper.stars >= Number(query.stars)) &&
    (!query.from || paper.date >= query.from) &&
    (!query.to || paper.date <= query.to) &&
    (!query.state || (query.state === "unread" ? !shelf.has(paper.base, "read") : shelf.has(paper.base, query.state)))
  );
}

// A month's script calls this.
function shard(month, rows) { // eslint-disable-line no-unused-vars
  const fields = ["folder", "base", "date", "stars", "categories", "tags", "title", "text"];
  search.papers.set(month, rows.map((row) => {
    const paper = Object.fromEntries(fields.map((name, n) => [name, row[n]]));
    return { ...paper, folded: fold(`${paper.title}\n${paper.text}`) };
  }));
}

function result(paper, wanted) {
  const item = element("li", "row");
  item.dataset.paper = paper.base;
  item.dataset.title = paper.title;
  const link = element("a", "", paper.title);
  link.href = `papers/${paper.folder}/index.html`;
  item.append(link, " ");
  if (paper.stars) {
    const stars = element("span", "stars", "★".repeat(paper.stars));
    stars.setAttribute("role", "img");
    stars.setAttribute("aria-label", `推荐指数 ${paper.stars} 星，共 5 星`);
    item.append(stars, " ");
  }
  item.append(element("time", "", paper.date), snippet(paper, wanted));
  showMarks(item);
  return item;
}

// The text around the first word that was found, all words marked.
function snippet(paper, wanted) {
  const whole = `${paper.title}\n${paper.text}`;
  const line = element("p", "gist");
  const places = wanted.map((word) => paper.folded.indexOf(word, paper.title.length)).filter((at) => at >= 0);
  const start = places.length ? Math.max(paper.title.length + 1, Math.min(...places) - 30) : paper.title.length + 1;
  const end = start + 110;
  if (start > paper.title.length + 1) line.append("…");
  let at = start;
  while (at < end) {
    const next = wanted
      .map((word) => [paper.folded.indexOf(word, at), word.length])
      .filter(([place]) => place >= 0 && place < end)
      .sort((one, other) => one[0] - other[0] || other[1] - one[1])[0];
    line.append(whole.slice(at, next ? next[0] : end));
    if (!next) break;
    line.append(element("mark", "", whole.slice(next[0], next[0] + next[1])));
    at = next[0] + next[1];
  }
  if (end < whole.length) line.append("…");
  return line;
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

// Lines of a title end between words, which in Chinese only a dictionary knows. Punctuation keeps its own rules.
function breakBetweenWords(title) {
  if (!Intl.Segmenter) return;
  const words = new Intl.Segmenter("zh", { granularity: "word" });
  const texts = document.createTreeWalker(title, NodeFilter.SHOW_TEXT);
  for (const text of [...iterate(texts)].filter((node) => !node.parentElement.closest("math"))) {
    const pieces = [...words.segment(text.data)];
    const parts = pieces.flatMap((piece, n) =>
      n && piece.isWordLike && pieces[n - 1].isWordLike ? [document.createElement("wbr"), piece.segment] : [piece.segment]);
    text.replaceWith(...parts);
  }
  title.classList.add("worded");
}

function* iterate(walker) {
  while (walker.nextNode()) yield walker.currentNode;
}

function startShelf() {
  const note = document.getElementById("shelf-note");
  document.getElementById("export").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify({ papers: shelf.papers }, null, 1)], { type: "application/json" }));
    link.download = "papers.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
  document.getElementById("import").addEventListener("change", async (event) => {
    try {
      const count = shelf.merge(JSON.parse(await event.target.files[0].text()));
      note.textContent = `已导入 ${count} 篇的记录`;
      search.find();
    } catch {
      note.textContent = "这不是从本站导出的文件";
    }
    event.target.value = "";
  });
}

theme.apply();
addEventListener("DOMContentLoaded", () => {
  document.documentElement.classList.add("js");
  shelf.load();
  const paper = document.querySelector("article.paper");
  if (paper) shelf.set(paper.dataset.paper, paper.dataset.title, "read", true);
  document.querySelectorAll("[data-paper]").forEach(showMarks);
  document.querySelectorAll("h1, h2, h3").forEach(breakBetweenWords);
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  document.addEventListener("toggle", onToggle, true);
  const toggle = document.querySelector(".theme");
  toggle.hidden = false;
  toggle.addEventListener("click", theme.toggle);
  const here = location.pathname.split("/").pop();
  document.querySelectorAll(".top nav a").forEach((a) => a.getAttribute("href").endsWith(here) && here && a.setAttribute("aria-current", "page"));
  const form = document.getElementById("search");
  if (form) {
    search.start(form);
    startShelf();
  }
});
