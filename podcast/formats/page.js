(() => {
  const byId = (id) => document.getElementById(id);
  const audio = byId("audio");
  const speed = byId("speed");
  const query = byId("query");
  const contents = byId("contents");
  const timing = JSON.parse(byId("timing").textContent);
  const sentences = [...document.querySelectorAll(".p p > span")];
  const numbers = new Map(sentences.map((sentence, number) => [sentence, number]));
  const links = [...document.querySelectorAll("#chapters a")];
  // What is said now ----------------------------------------------------------------------

  /** Each word of a sentence in an element of its own. */
  const part = (number) => {
    const text = sentences[number].textContent;
    const times = timing.words[number];
    const words = document.createDocumentFragment();
    for (let at = 1, from = 0; at < times.length; at += 2) {
      const element = document.createElement("span");
      element.textContent = text.slice(from, (from += times[at]));
      words.append(element);
    }
    sentences[number].replaceChildren(words);
  };

  const join = (number) => {
    sentences[number].textContent = sentences[number].textContent;
  };

  const page = {
    element: (number) => sentences[number],

    showSentence: (number, left) => {
      for (const [other, current] of [[left, false], [number, true]]) {
        if (other < 0) continue;
        sentences[other].classList.toggle("now", current);
        if (current) part(other);
        else join(other);
        paint(other);
      }
    },

    showWord: (number, left, sentence) => {
      const words = sentences[sentence].children;
      if (words[left]) words[left].classList.remove("word");
      if (words[number]) words[number].classList.add("word");
    },

    showChapter: (number, left) => {
      if (links[left]) links[left].removeAttribute("aria-current");
      const link = links[number];
      if (!link) return "";
      link.setAttribute("aria-current", "true");
      const box = contents.getBoundingClientRect();
      const own = link.getBoundingClientRect();
      if (own.top < box.top) contents.scrollTop -= box.top - own.top + 24;
      if (own.bottom > box.bottom) contents.scrollTop += own.bottom - box.bottom + 24;
      return link.querySelector(".title").textContent;
    },

    goneTo: (number) => {
      byId(`c${number + 1}`).scrollIntoView({ block: "start" });
      sheet(false);
    },

    save: () => save(),

    keys: {
      "/": () => {
        sheet(true);
        query.focus();
      },
      Escape: () => sheet(false),
    },
  };

  // Addresses ---------------------------------------------------------------------------

  /** The milliseconds that an address such as #t=12.5 names, or nothing. */
  const named = (address) => {
    const found = /#t=(\d+(?:\.\d+)?)$/.exec(address);
    return found ? Number(found[1]) * 1000 : null;
  };

  // What an address asks to be heard: a time, or a chapter (#c3).
  const asked = (address) => {
    const found = /^#c(\d+)$/.exec(address);
    return (found && timing.chapters[found[1] - 1]) ?? named(address);
  };

  const sheet = (open) => {
    contents.classList.add("moves"); // not before: a window made narrow hides the list at once
    contents.classList.toggle("open", open);
    byId("open").setAttribute("aria-expanded", String(open));
  };

  // Search --------------------------------------------------------------------------------

  const MOST_LISTED = 200;
  const AROUND = 14; // characters shown on each side of a hit
  const marks = window.Highlight && CSS.highlights ? new Highlight() : null;
  if (marks) CSS.highlights.set("hits", marks);
  let texts = null; // of all sentences, in small letters
  let hits = new Map(); // sentence -> [from, to] of each place in it
  let ranges = new Map(); // sentence -> what is painted in it
  let found = []; // the sentences with a hit
  let chosen = -1; // of them

  const small = (text) => {
    const lower = text.toLowerCase();
    return lower.length === text.length ? lower : text;
  };

  const placesIn = (text, wanted) => {
    const places = [];
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
      places.push([at, at + wanted.length]);
    }
    return places;
  };

  /** Paint the hits of a sentence; its text may lie in one node, or in one a word. */
  const paint = (number) => {
    for (const range of ranges.get(number) || []) marks.delete(range);
    ranges.delete(number);
    const places = hits.get(number);
    if (!marks) sentences[number].classList.toggle("hit", Boolean(places));
    if (!marks || !places) return;
    const painted = places.map(([from, to]) => rangeOf(sentences[number], from, to));
    ranges.set(number, painted);
    for (const range of painted) marks.add(range);
  };

  const rangeOf = (element, from, to) => {
    const range = new Range();
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    let passed = 0;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const end = passed + node.length;
      if (from >= passed && from < end) range.setStart(node, from - passed);
      if (to > passed && to <= end) range.setEnd(node, to - passed);
      passed = end;
    }
    return range;
  };

  const search = () => {
    texts ||= sentences.map((element) => small(element.textContent));
    const wanted = small(query.value.trim());
    const before = hits;
    hits = new Map();
    let count = 0;
    for (let number = 0; wanted && number < texts.length; number += 1) {
      if (!texts[number].includes(wanted)) continue;
      const places = placesIn(texts[number], wanted);
      count += places.length;
      hits.set(number, places);
    }
    found = [...hits.keys()];
    chosen = -1;
    for (const number of new Set([...before.keys(), ...found])) paint(number);
    list(wanted, count);
  };

  const list = (wanted, count) => {
    byId("hits").hidden = !wanted;
    byId("chapters").hidden = Boolean(wanted);
    byId("hits").replaceChildren(...found.slice(0, MOST_LISTED).map(hitElement));
    const more = found.length > MOST_LISTED ? `，列出前 ${MOST_LISTED} 句` : "";
    const told = count ? `${count} 处${more}，按回车逐个查看` : "没有找到";
    byId("count").textContent = wanted ? told : "";
  };

  const hitElement = (number) => {
    const text = sentences[number].textContent;
    const [from, to] = hits.get(number)[0];
    const first = Math.max(0, from - AROUND);
    const last = Math.min(text.length, to + 2 * AROUND);
    const mark = document.createElement("mark");
    mark.textContent = text.slice(from, to);
    const words = document.createElement("span");
    words.append(first ? "…" : "", text.slice(first, from), mark);
    words.append(text.slice(to, last), last < text.length ? "…" : "");
    const time = document.createElement("time");
    time.textContent = player.clock(timing.starts[number] / 1000);
    const button = document.createElement("button");
    button.type = "button";
    button.append(words, time);
    const entry = document.createElement("li");
    entry.append(button);
    return entry;
  };

  const choose = (by) => {
    if (!found.length) return;
    const entries = byId("hits").children;
    if (entries[chosen]) entries[chosen].firstChild.removeAttribute("aria-current");
    chosen = (chosen + by + found.length) % found.length;
    shown.seek(timing.starts[found[chosen]], false);
    player.bring(sentences[found[chosen]], true);
    if (!entries[chosen]) return;
    entries[chosen].firstChild.setAttribute("aria-current", "true");
    entries[chosen].scrollIntoView({ block: "nearest" });
  };

  const clearSearch = () => {
    query.value = "";
    search();
    query.blur();
  };

  // Remembering ---------------------------------------------------------------------------

  const memory = `podcast:${location.pathname}`;

  const save = () => {
    try {
      localStorage.setItem(memory, JSON.stringify([audio.currentTime, Number(speed.value)]));
    } catch {
      // A browser may keep nothing; then the page opens at its start.
    }
  };

  const restore = () => {
    let told = [0, 1];
    try {
      told = JSON.parse(localStorage.getItem(memory)) || told;
    } catch {
      // As above.
    }
    const [seconds, rate] = told;
    shown.setSpeed(rate);
    const wanted = asked(location.hash);
    const ended = seconds * 1000 > timing.length - 5000;
    if (wanted !== null) shown.seek(wanted, false);
    else if (seconds > 5 && !ended && !location.hash) shown.seek(seconds * 1000, false);
    else shown.show();
  };

  // Listening -----------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const ms = link && named(link.getAttribute("href"));
    if (link && ms !== null) {
      event.preventDefault();
      history.replaceState(null, "", link.getAttribute("href"));
      shown.seek(ms, true);
    } else if (link && link.closest("#chapters")) {
      event.preventDefault();
      history.replaceState(null, "", link.getAttribute("href"));
      shown.goToChapter(links.indexOf(link), true);
    }
  });

  byId("script").addEventListener("click", (event) => {
    const clicked = event.target.closest(".p p > span");
    if (clicked && getSelection().isCollapsed) shown.seek(timing.starts[numbers.get(clicked)], true);
  });

  byId("hits").addEventListener("click", (event) => {
    const entry = event.target.closest("li");
    if (!entry) return;
    choose([...byId("hits").children].indexOf(entry) - chosen);
    sheet(false);
  });

  query.addEventListener("input", search);
  query.addEventListener("keydown", (event) => {
    if (event.key === "Enter") choose(event.shiftKey ? -1 : 1);
    if (event.key === "Escape") clearSearch();
  });
  byId("search").addEventListener("submit", (event) => event.preventDefault());

  byId("open").addEventListener("click", () => sheet(!contents.classList.contains("open")));

  addEventListener("hashchange", () => {
    const ms = asked(location.hash);
    if (ms !== null) shown.seek(ms, false);
  });

  const shown = player.start(timing, page, {
    play: "播放",
    pause: "暂停",
    fail: "无法播放：请把 episode.mp3 放在本页旁边。",
  });
  restore();
  document.documentElement.classList.add("ready");
})();
