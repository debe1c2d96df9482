"use strict";

(() => {
  const byId = (id) => document.getElementById(id);
  const audio = byId("audio");
  const place = byId("place");
  const speed = byId("speed");
  const query = byId("query");
  const contents = byId("contents");
  const timing = JSON.parse(byId("timing").textContent);
  const sentences = [...document.querySelectorAll(".p p > span")];
  const numbers = new Map(sentences.map((sentence, number) => [sentence, number]));
  const links = [...document.querySelectorAll("#chapters a")];
  const LEAD_MS = 20; // a sentence sought is current at once, though the sound starts in a frame before
  const STEP = 10; // seconds an arrow moves

  let sentence = -1; // that is current
  let word = -1; // of it
  let chapter = -1;
  let second = -1; // last shown
  let following = true; // the page scrolls with the sound
  let frame = 0;

  // Times ---------------------------------------------------------------------------------

  /** The last of `starts` that is not after `ms`, or -1. */
  const lastStarted = (starts, ms) => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= ms) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };

  /** The word of sentence `number` that is said at `ms`, or -1. */
  const wordAt = (number, ms) => {
    const times = timing.words[number];
    const since = ms - timing.starts[number];
    if (since >= times[0]) return -1;
    let found = -1;
    for (let at = 2; at < times.length && times[at] <= since; at += 2) found += 1;
    return found;
  };

  const clock = (seconds) => {
    const whole = Math.floor(seconds);
    const two = (number) => String(number).padStart(2, "0");
    const hours = Math.floor(whole / 3600);
    const minutes = Math.floor(whole / 60) % 60;
    const rest = two(whole % 60);
    return hours ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
  };

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

  const showSentence = (number) => {
    if (number === sentence) return;
    const left = sentence;
    sentence = number;
    word = -1;
    for (const [other, current] of [[left, false], [number, true]]) {
      if (other < 0) continue;
      sentences[other].classList.toggle("now", current);
      if (current) part(other);
      else join(other);
      paint(other);
    }
    if (number >= 0 && following) bring(sentences[number], false);
  };

  const showWord = (number) => {
    if (number === word || sentence < 0) return;
    const words = sentences[sentence].children;
    if (words[word]) words[word].classList.remove("word");
    if (words[number]) words[number].classList.add("word");
    word = number;
  };

  const showChapter = (number) => {
    if (number === chapter) return;
    if (links[chapter]) links[chapter].removeAttribute("aria-current");
    chapter = number;
    const link = links[number];
    if (!link) return;
    link.setAttribute("aria-current", "true");
    const title = link.querySelector(".title").textContent;
    byId("chapter").textContent = title;
    if ("mediaSession" in navigator) {
      navigator.mediaSession.metadata = new MediaMetadata({ title, artist: document.title });
    }
    const box = contents.getBoundingClientRect();
    const own = link.getBoundingClientRect();
    if (own.top < box.top) contents.scrollTop -= box.top - own.top + 24;
    if (own.bottom > box.bottom) contents.scrollTop += own.bottom - box.bottom + 24;
  };

  const showTime = (ms) => {
    const shown = Math.min(Math.floor(ms / 1000), Number(place.max));
    if (shown === second) return;
    second = shown;
    byId("time").textContent = clock(shown);
    place.value = shown;
    byId("track").style.setProperty("--played", `${(100 * ms) / timing.length}%`);
    place.setAttribute("aria-valuetext", clock(shown));
  };

  const show = () => {
    const ms = audio.currentTime * 1000 + LEAD_MS;
    const number = lastStarted(timing.starts, ms);
    showSentence(number);
    if (number >= 0) showWord(wordAt(number, ms));
    showChapter(lastStarted(timing.chapters, ms));
    showTime(ms);
  };

  const tick = () => {
    show();
    frame = audio.paused ? 0 : requestAnimationFrame(tick);
  };

  // Scrolling -----------------------------------------------------------------------------

  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  /** Scroll an element into the middle, unless it can be read where it is. */
  const bring = (element, always) => {
    const box = element.getBoundingClientRect();
    const height = innerHeight;
    if (!always && box.top > height * 0.12 && box.bottom < height * 0.66) return;
    const far = Math.abs(box.top - height / 2) > 1.5 * height;
    const behavior = far || calm.matches ? "auto" : "smooth";
    element.scrollIntoView({ block: "center", behavior });
    // What was never drawn had its height guessed: look again once it is.
    if (far) requestAnimationFrame(() => element.scrollIntoView({ block: "center" }));
  };

  const follow = (on) => {
    following = on;
    byId("follow").hidden = on || sentence < 0;
  };

  const stray = () => {
    if (!audio.paused) follow(false);
  };

  // Moving --------------------------------------------------------------------------------

  const seek = (ms, playing) => {
    audio.currentTime = Math.min(Math.max(ms, 0), Math.max(0, timing.length - 50)) / 1000;
    follow(true);
    show();
    if (playing) play();
  };

  const play = () => {
    audio.play().catch((error) => {
      if (error.name === "NotSupportedError") fail();
    });
  };

  const fail = () => {
    byId("trouble").textContent = "无法播放：请把 episode.mp3 放在本页旁边。";
  };

  const toggle = () => (audio.paused ? play() : audio.pause());

  const skip = (seconds) => seek((audio.currentTime + seconds) * 1000, false);

  const stepSentence = (by) => {
    const next = Math.min(Math.max(sentence + by, 0), sentences.length - 1);
    if (next >= 0) seek(timing.starts[next], false);
  };

  const stepChapter = (by) => {
    const next = Math.min(Math.max(chapter + by, 0), links.length - 1);
    goToChapter(next, false);
  };

  const goToChapter = (number, playing) => {
    seek(timing.chapters[number], playing);
    byId(`c${number + 1}`).scrollIntoView({ block: "start" });
    sheet(false);
  };

  const setSpeed = (rate) => {
    speed.value = String(rate);
    if (!speed.value) speed.value = "1";
    audio.playbackRate = audio.defaultPlaybackRate = Number(speed.value);
    save();
  };

  const stepSpeed = (by) => {
    const next = Math.min(Math.max(speed.selectedIndex + by, 0), speed.options.length - 1);
    setSpeed(speed.options[next].value);
  };

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
    time.textContent = clock(timing.starts[number] / 1000);
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
    seek(timing.starts[found[chosen]], false);
    bring(sentences[found[chosen]], true);
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
    setSpeed(rate);
    const wanted = asked(location.hash);
    const ended = seconds * 1000 > timing.length - 5000;
    if (wanted !== null) seek(wanted, false);
    else if (seconds > 5 && !ended && !location.hash) seek(seconds * 1000, false);
    else show();
  };

  // Listening -----------------------------------------------------------------------------

  const KEYS = {
    " ": toggle,
    ArrowLeft: (event) => (event.shiftKey ? stepSentence(-1) : skip(-STEP)),
    ArrowRight: (event) => (event.shiftKey ? stepSentence(1) : skip(STEP)),
    "[": () => stepChapter(-1),
    "]": () => stepChapter(1),
    "-": () => stepSpeed(-1),
    "+": () => stepSpeed(1),
    "=": () => stepSpeed(1),
    "/": () => {
      sheet(true);
      query.focus();
    },
    Escape: () => sheet(false),
  };

  document.addEventListener("keydown", (event) => {
    const act = KEYS[event.key];
    const own = event.target.closest("input:not(#place), select, textarea");
    const pressed = event.key === " " && event.target.closest("button, a, summary");
    if (!act || own || pressed || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act(event);
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const ms = link && named(link.getAttribute("href"));
    if (link && ms !== null) {
      event.preventDefault();
      history.replaceState(null, "", link.getAttribute("href"));
      seek(ms, true);
    } else if (link && link.closest("#chapters")) {
      event.preventDefault();
      history.replaceState(null, "", link.getAttribute("href"));
      goToChapter(links.indexOf(link), true);
    }
  });

  byId("script").addEventListener("click", (event) => {
    const clicked = event.target.closest(".p p > span");
    if (clicked && getSelection().isCollapsed) seek(timing.starts[numbers.get(clicked)], true);
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

  byId("play").addEventListener("click", toggle);
  byId("back").addEventListener("click", () => skip(-STEP));
  byId("forward").addEventListener("click", () => skip(STEP));
  byId("open").addEventListener("click", () => sheet(!contents.classList.contains("open")));
  byId("follow").addEventListener("click", () => {
    follow(true);
    bring(sentences[sentence], true);
  });
  place.addEventListener("input", () => seek(Number(place.value) * 1000, false));
  speed.addEventListener("change", () => setSpeed(speed.value));

  for (const kind of ["wheel", "touchmove"]) {
    byId("page").addEventListener(kind, stray, { passive: true });
  }
  addEventListener("hashchange", () => {
    const ms = asked(location.hash);
    if (ms !== null) seek(ms, false);
  });

  audio.addEventListener("play", () => {
    byId("play").classList.add("playing");
    byId("play").setAttribute("aria-label", "暂停");
    byId("trouble").textContent = "";
    if (!frame) tick();
  });
  audio.addEventListener("pause", () => {
    byId("play").classList.remove("playing");
    byId("play").setAttribute("aria-label", "播放");
    save();
  });
  audio.addEventListener("seeked", show);
  audio.addEventListener("error", fail);
  addEventListener("pagehide", save);
  setInterval(() => audio.paused || save(), 5000);

  if ("mediaSession" in navigator) {
    navigator.mediaSession.setActionHandler("previoustrack", () => stepChapter(-1));
    navigator.mediaSession.setActionHandler("nexttrack", () => stepChapter(1));
    navigator.mediaSession.setActionHandler("seekbackward", () => skip(-STEP));
    navigator.mediaSession.setActionHandler("seekforward", () => skip(STEP));
  }

  for (const start of timing.chapters.slice(1)) {
    const mark = document.createElement("i");
    mark.style.left = `${(100 * start) / timing.length}%`;
    byId("track").append(mark);
  }
  audio.controls = false;
  new ResizeObserver(() => {
    const height = `${byId("player").offsetHeight}px`;
    document.documentElement.style.setProperty("--player", height);
  }).observe(byId("player"));
  restore();
  document.documentElement.classList.add("ready");
})();
