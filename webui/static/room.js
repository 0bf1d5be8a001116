// The comfort of the reading room: suggestions, keys, remembered searches, copying. Every page works without it.
// What it remembers stays in this browser; all it sends is the text of the search box, to get suggestions.

// Milliseconds from the last keystroke to the request: shorter asks for every key, longer is felt.
const PAUSE = 150;
const MOST_RECENT = 20;
const MOST_SAVED = 100;
// How long a confirmation stays: it is read aloud at once, and three words are read in two seconds.
const CONFIRMED = 2500;
const KINDS = { park: "园区", project: "项目", organization: "企业", person: "人物", place: "地区", title: "标题", recent: "最近", saved: "收藏" };
const NARROW = matchMedia("(max-width: 55.99rem)");

const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/** An element with properties (those with a dash are attributes) and children; texts stay texts. */
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
}

// Safari ends a composition before the Enter that confirmed it; only the key code 229 still tells.
const composing = (event) => event.isComposing || event.keyCode === 229;

/* ---- What this browser remembers ---- */

const memory = {
  read(name) {
    try {
      return JSON.parse(localStorage.getItem(`yansou.${name}`));
    } catch {
      return null; // refused, or not written by us
    }
  },
  write(name, value) {
    try {
      localStorage.setItem(`yansou.${name}`, JSON.stringify(value));
    } catch {
      announce("浏览器不允许保存，这一项不会记住");
    }
  },
  queries(name) {
    const held = this.read(name);
    return Array.isArray(held) ? held.filter((query) => typeof query === "string") : [];
  },
  add(name, query, most) {
    this.write(name, [query, ...this.queries(name).filter((each) => each !== query)].slice(0, most));
  },
  remove(name, query) {
    this.write(name, this.queries(name).filter((each) => each !== query));
  },
};

/* ---- Saying what happened ---- */

const toast = make("p", { className: "toast", role: "status" });
let toastTimer;

function announce(text) {
  clearTimeout(toastTimer);
  toast.textContent = text;
  toastTimer = setTimeout(() => (toast.textContent = ""), CONFIRMED);
}

/* ---- Search box: a combobox after the ARIA Authoring Practices, list autocomplete with manual selection ---- */

function combobox(form, input) {
  const list = make("ul", { id: "suggestions", role: "listbox", hidden: true, "aria-label": "检索建议" });
  const count = make("span", { className: "hidden", role: "status" });
  let offers = [];
  let active = -1;
  let inComposition = false;
  let timer, request;

  input.after(list, count);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id }))
    input.setAttribute(name, value);
  show([]);

  function show(found) {
    offers = found;
    const options = found.map(({ text, kind, count }, at) => {
      const about = [KINDS[kind], count && `${count.toLocaleString()} 次`].filter(Boolean).join(" ");
      const option = make("li", { id: `suggestion-${at}`, role: "option" }, make("bdi", { textContent: text }));
      if (about) option.append(" ", make("span", { className: "count", textContent: about }));
      option.addEventListener("click", () => {
        choose(at);
        form.requestSubmit();
      });
      return option;
    });
    list.replaceChildren(...options);
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    count.textContent = found.length ? `${found.length} 条建议` : "";
    move(-1);
  }

  function move(to) {
    active = to;
    all("[role=option]", list).forEach((option, at) => {
      option.setAttribute("aria-selected", String(at === to));
      if (at === to) option.scrollIntoView({ block: "nearest" });
    });
    if (to < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", `suggestion-${to}`);
  }

  function choose(at) {
    input.value = offers[at].text;
    close();
  }

  function cancel() {
    clearTimeout(timer);
    request?.abort();
  }

  function close() {
    cancel();
    show([]);
  }

  function remembered() {
    const saved = memory.queries("saved");
    const recent = memory.queries("recent").filter((query) => !saved.includes(query));
    show([...saved.map((text) => ({ text, kind: "saved" })), ...recent.map((text) => ({ text, kind: "recent" }))].slice(0, 8));
  }

  function soon() {
    cancel();
    if (input.value.trim()) timer = setTimeout(ask, PAUSE);
    else remembered();
  }

  async function ask() {
    const { signal } = (request = new AbortController());
    try {
      const reply = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(input.value.trim())}`, { signal });
      const found = reply.ok ? (await reply.json()).suggestions : [];
      if (!signal.aborted) show(found);
    } catch {
      // Overtaken by the next request, or no suggestions to be had: the search itself needs none.
      if (!signal.aborted) show([]);
    }
  }

  input.addEventListener("compositionstart", () => {
    inComposition = true;
    close();
  });
  input.addEventListener("compositionend", () => {
    inComposition = false;
    soon(); // Chromium sends no input event after this one; where one follows, the pause makes them one request.
  });
  input.addEventListener("input", (event) => {
    if (!inComposition && !event.isComposing) soon();
  });
  input.addEventListener("click", () => {
    if (!input.value && list.hidden) remembered();
  });
  input.addEventListener("blur", close);
  // The box keeps the focus while the list is clicked.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  form.addEventListener("submit", (event) => {
    if (inComposition) event.preventDefault();
    else cancel();
  });
  input.addEventListener("keydown", (event) => {
    if (inComposition || composing(event)) {
      if (event.key === "Enter") event.preventDefault();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (list.hidden) soon();
      // One place more than there are options: none of them, where the text can be changed.
      else move(((active + 1 + step + offers.length + 1) % (offers.length + 1)) - 1);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && active >= 0) {
      choose(active); // and the form goes its usual way
    }
  });
}

/* ---- Searches kept ---- */

function rememberSearch(form, input) {
  const query = input.defaultValue;
  if (!query || location.pathname !== new URL(form.action).pathname) return;
  memory.add("recent", query, MOST_RECENT);
  const save = one("#save");
  if (!save) return;
  const draw = () => {
    const saved = memory.queries("saved").includes(query);
    save.setAttribute("aria-pressed", String(saved));
    return saved;
  };
  draw();
  save.addEventListener("click", () => {
    if (draw()) memory.remove("saved", query);
    else memory.add("saved", query, MOST_SAVED);
    announce(draw() ? "已收藏，只存在这个浏览器里" : "已取消收藏");
  });
}

function keptSearches(section, form) {
  const draw = () => {
    const parts = [["saved", "收藏的检索"], ["recent", "最近的检索"]].map(([name, heading]) => {
      const queries = memory.queries(name);
      if (!queries.length) return "";
      const clear = make("button", { type: "button", textContent: "全部清除", "aria-label": `清除${heading}` });
      clear.addEventListener("click", () => {
        memory.write(name, []);
        draw();
        one("summary", section).focus();
      });
      const items = queries.map((query) => {
        const link = make("a", { href: `${form.action}?q=${encodeURIComponent(query)}` }, make("bdi", { textContent: query }));
        const drop = make("button", { type: "button", textContent: "×", "aria-label": `去掉 ${query}` });
        drop.addEventListener("click", () => {
          memory.remove(name, query);
          draw();
          one("summary", section).focus();
        });
        return make("li", {}, link, drop);
      });
      return make("div", {}, make("h3", { textContent: heading }), clear, make("ul", {}, ...items));
    });
    if (!parts.some(Boolean)) parts.push("还没有。检索过的词会记在这里。");
    one("div", section).replaceChildren(...parts);
  };
  draw();
}

/* ---- Keys ---- */

// What j and k walk through, and what is found again after a visit: articles of the results, lines of a concordance.
const HITS = "article.hit, .kwic tr[data-place]";
const hits = () => all(HITS);
const titleOf = (hit) => one("a", hit);

function stepHit(by) {
  const found = hits();
  if (!found.length) return false;
  const here = found.findIndex((hit) => hit.contains(document.activeElement));
  const hit = found[Math.min(Math.max(here < 0 && by < 0 ? 0 : here + by, 0), found.length - 1)];
  titleOf(hit).focus({ preventScroll: true });
  hit.scrollIntoView({ block: "nearest" });
  return true;
}

/** Goes to a place of this page without a new entry in the history: one step back still leads to the results. */
function jump(id) {
  location.replace(`#${id}`);
}

function stepMatch(by) {
  const marks = all("mark[id]");
  if (!marks.length) return false;
  const here = marks.findIndex((mark) => `#${mark.id}` === location.hash);
  const passage = location.hash && document.getElementById(location.hash.slice(1));
  const inside = here < 0 && passage ? marks.findIndex((mark) => passage.contains(mark)) : -1;
  const at = here >= 0 ? here + by : Math.max(inside, 0);
  jump(marks[(at + marks.length) % marks.length].id);
  return true;
}

const KEYS = [
  { key: "/", does: "到检索框", run: focusBox },
  { key: "j", does: "下一个结果", run: () => stepHit(1) },
  { key: "k", does: "上一个结果", run: () => stepHit(-1) },
  { key: "Enter", does: "打开这个结果" },
  { key: "n", does: "文中下一处匹配", run: () => stepMatch(1) },
  { key: "p", does: "文中上一处匹配", run: () => stepMatch(-1) },
  { key: "c", does: "复制这篇文章的引用", run: copyCitation },
  { key: "?", does: "这张表", run: showKeys },
];

function focusBox() {
  const input = one("#q");
  input?.focus();
  input?.select();
  return Boolean(input);
}

let keysDialog;

function showKeys() {
  if (!keysDialog) {
    const on = make("input", { type: "checkbox", checked: memory.read("keys") !== false });
    on.addEventListener("change", () => memory.write("keys", on.checked));
    const rows = KEYS.map(({ key, does }) => make("div", {}, make("dt", {}, make("kbd", { textContent: key })), make("dd", { textContent: does })));
    keysDialog = dialog("快捷键", make("dl", {}, ...rows), make("label", {}, on, " 使用单键快捷键"));
  }
  keysDialog.showModal();
  return true;
}

function dialog(heading, ...content) {
  const title = make("h2", { textContent: heading, id: `dialog-${all("dialog").length}` });
  const shut = make("button", { type: "button", className: "shut", textContent: "关闭" });
  const made = make("dialog", { className: "sheet", "aria-labelledby": title.id }, title, shut, ...content);
  shut.addEventListener("click", () => made.close());
  made.addEventListener("click", (event) => event.target === made && made.close()); // its backdrop
  document.body.append(made);
  return made;
}

function onKey(event) {
  if (event.defaultPrevented || composing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (memory.read("keys") === false || event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
  if (KEYS.find(({ key }) => key === event.key)?.run?.()) event.preventDefault();
}

/* ---- The place in a list, kept over a visit to an article ---- */

function keepPlace() {
  document.addEventListener("click", (event) => {
    const hit = event.target.closest("a") && event.target.closest(HITS);
    if (hit) history.replaceState({ ...history.state, hit: hit.dataset.place }, "");
    const match = event.target.closest("a[href^='#m']");
    if (match && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      jump(match.hash.slice(1));
    }
  });
  const left = hits().find((hit) => hit.dataset.place === history.state?.hit);
  if (left) titleOf(left).focus({ preventScroll: true });
}

/* ---- Copying ---- */

async function copy(text, said) {
  try {
    await navigator.clipboard.writeText(text);
    announce(said);
  } catch {
    // Over plain http from another machine browsers have no clipboard for pages.
    prompt("请从这里复制：", text);
  }
}

function copyCitation() {
  const citation = one("#cite-gbt");
  if (citation) copy(citation.textContent.trim(), "已复制引用");
  return Boolean(citation);
}

function copying() {
  for (const button of all("button[data-copy]")) {
    const source = document.getElementById(button.dataset.copy);
    button.addEventListener("click", () => copy(source.textContent.trim(), "已复制"));
  }
  for (const pin of all("a.pin")) {
    pin.addEventListener("click", (event) => {
      event.preventDefault();
      copy(pin.href, "已复制这一段的链接");
    });
  }
}

/* ---- Settings, and filters on narrow screens ---- */

function themes(select) {
  const { dataset } = document.documentElement;
  select.value = dataset.theme ?? "auto";
  select.addEventListener("change", () => {
    if (select.value === "auto") delete dataset.theme;
    else dataset.theme = select.value;
    try {
      localStorage.setItem("yansou.theme", select.value);
    } catch {
      announce("浏览器不允许保存，这一项不会记住");
    }
  });
}

/** On narrow screens the filters open over the page instead of pushing the results down. */
function filters(details) {
  const summary = one("summary", details);
  let sheet;
  summary.addEventListener("click", (event) => {
    if (!NARROW.matches) return;
    event.preventDefault();
    sheet ??= dialog(summary.textContent.trim());
    const body = make("div", { className: "facets" }, ...all(":scope > :not(summary)", details));
    sheet.append(body);
    sheet.addEventListener("close", () => (details.append(...body.children), body.remove()), { once: true });
    sheet.showModal();
  });
}

document.body.append(toast);
const form = one("#search");
const input = one("#q");
if (form && input) {
  combobox(form, input);
  rememberSearch(form, input);
  const kept = one("#kept");
  if (kept) keptSearches(kept, form);
}
all("details.facets").forEach(filters);
all("select.theme").forEach(themes);
all("button.show-keys").forEach((button) => button.addEventListener("click", showKeys));
document.addEventListener("keydown", onKey);
keepPlace();
copying();
