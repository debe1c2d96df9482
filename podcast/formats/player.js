"use strict";

// The player of the published page and of the studio: the bar at the bottom, its keys, and what is
// said now. It knows times alone; how a sentence is marked in the text is told by its page.

const player = (() => {
  const LEAD_MS = 20; // a sentence sought is current at once, though the sound starts in a frame before
  const STEP = 10; // seconds an arrow moves

  const byId = (id) => document.getElementById(id);

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

  const clock = (seconds) => {
    const whole = Math.floor(seconds);
    const two = (number) => String(number).padStart(2, "0");
    const hours = Math.floor(whole / 3600);
    const minutes = Math.floor(whole / 60) % 60;
    const rest = two(whole % 60);
    return hours ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
  };

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

  /**
   * Starts the player.
   *
   * `timing` is the block of times that the published page holds. `page` has what the page does:
   * `showSentence(number, left)` and `showWord(number, left, sentence)` mark what is said and
   * unmark what was said before, `showChapter(number, left)` likewise and gives its title,
   * `element(number)` gives the element of a sentence or nothing, `goneTo(chapter)` follows a jump
   * to a chapter, `save()` remembers place and speed. `texts` are the words that are shown.
   */
  const start = (timing, page, texts) => {
    const audio = byId("audio");
    const place = byId("place");
    const speed = byId("speed");

    let sentence = -1; // that is current
    let word = -1; // of it
    let chapter = -1;
    let second = -1; // last shown
    let following = true; // the page scrolls with the sound
    let frame = 0;

    /** The word of sentence `number` that is said at `ms`, or -1. */
    const wordAt = (number, ms) => {
      const times = timing.words[number];
      const since = ms - timing.starts[number];
      if (since >= times[0]) return -1;
      let found = -1;
      for (let at = 2; at < times.length && times[at] <= since; at += 2) found += 1;
      return found;
    };

    // What is said now --------------------------------------------------------------------

    const showSentence = (number) => {
      if (number === sentence) return;
      const left = sentence;
      sentence = number;
      word = -1;
      page.showSentence(number, left);
      const element = number >= 0 && following && page.element(number);
      if (element) bring(element, false);
    };

    const showWord = (number) => {
      if (number === word || sentence < 0) return;
      page.showWord(number, word, sentence);
      word = number;
    };

    const showChapter = (number) => {
      if (number === chapter) return;
      const title = page.showChapter(number, chapter);
      chapter = number;
      byId("chapter").textContent = title;
      if (title && "mediaSession" in navigator) {
        navigator.mediaSession.metadata = new MediaMetadata({ title, artist: document.title });
      }
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

    const follow = (on) => {
      following = on;
      byId("follow").hidden = on || sentence < 0;
    };

    // Moving ------------------------------------------------------------------------------

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
      if (audio.getAttribute("src")) byId("trouble").textContent = texts.fail;
    };

    const toggle = () => (audio.paused ? play() : audio.pause());

    const skip = (seconds) => seek((audio.currentTime + seconds) * 1000, false);

    const stepSentence = (by) => {
      const next = Math.min(Math.max(sentence + by, 0), timing.starts.length - 1);
      if (next >= 0) seek(timing.starts[next], false);
    };

    const stepChapter = (by) => {
      const next = Math.min(Math.max(chapter + by, 0), timing.chapters.length - 1);
      if (next >= 0) goToChapter(next, false);
    };

    const goToChapter = (number, playing) => {
      seek(timing.chapters[number], playing);
      page.goneTo(number);
    };

    const setSpeed = (rate) => {
      speed.value = String(rate);
      if (!speed.value) speed.value = "1";
      audio.playbackRate = audio.defaultPlaybackRate = Number(speed.value);
      page.save();
    };

    const stepSpeed = (by) => {
      const next = Math.min(Math.max(speed.selectedIndex + by, 0), speed.options.length - 1);
      setSpeed(speed.options[next].value);
    };

    // Listening ---------------------------------------------------------------------------

    const KEYS = {
      " ": toggle,
      ArrowLeft: (event) => (event.shiftKey ? stepSentence(-1) : skip(-STEP)),
      ArrowRight: (event) => (event.shiftKey ? stepSentence(1) : skip(STEP)),
      "[": () => stepChapter(-1),
      "]": () => stepChapter(1),
      "-": () => stepSpeed(-1),
      "+": () => stepSpeed(1),
      "=": () => stepSpeed(1),
      ...page.keys,
    };

    document.addEventListener("keydown", (event) => {
      const act = KEYS[event.key];
      const own = event.target.closest("input:not(#place), select, textarea, [contenteditable]");
      const isPress = event.key === " " || event.key === "Enter";
      const pressed = isPress && event.target.closest("button, a, summary");
      if (!act || own || pressed || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      act(event);
    });

    byId("play").addEventListener("click", toggle);
    byId("back").addEventListener("click", () => skip(-STEP));
    byId("forward").addEventListener("click", () => skip(STEP));
    byId("follow").addEventListener("click", () => {
      follow(true);
      const element = page.element(sentence);
      if (element) bring(element, true);
    });
    place.addEventListener("input", () => seek(Number(place.value) * 1000, false));
    speed.addEventListener("change", () => setSpeed(speed.value));

    for (const kind of ["wheel", "touchmove"]) {
      byId("page").addEventListener(kind, () => audio.paused || follow(false), { passive: true });
    }

    audio.addEventListener("play", () => {
      byId("play").classList.add("playing");
      byId("play").setAttribute("aria-label", texts.pause);
      byId("trouble").textContent = "";
      if (!frame) tick();
    });
    audio.addEventListener("pause", () => {
      byId("play").classList.remove("playing");
      byId("play").setAttribute("aria-label", texts.play);
      page.save();
    });
    audio.addEventListener("seeked", show);
    audio.addEventListener("error", fail);
    addEventListener("pagehide", page.save);
    setInterval(() => audio.paused || page.save(), 5000);

    if ("mediaSession" in navigator) {
      navigator.mediaSession.setActionHandler("previoustrack", () => stepChapter(-1));
      navigator.mediaSession.setActionHandler("nexttrack", () => stepChapter(1));
      navigator.mediaSession.setActionHandler("seekbackward", () => skip(-STEP));
      navigator.mediaSession.setActionHandler("seekforward", () => skip(STEP));
    }

    /** Go on with the times of another sound. */
    const retime = (other) => {
      timing = other;
      if (sentence >= 0) page.showSentence(-1, sentence);
      sentence = word = chapter = second = -1;
      place.max = Math.floor(timing.length / 1000);
      const marks = timing.chapters.slice(1).map((opened) => {
        const mark = document.createElement("i");
        mark.style.left = `${(100 * opened) / timing.length}%`;
        return mark;
      });
      byId("track").replaceChildren(...marks);
    };

    retime(timing);
    audio.controls = false;
    new ResizeObserver(() => {
      const height = `${byId("player").offsetHeight}px`;
      document.documentElement.style.setProperty("--player", height);
    }).observe(byId("player"));

    return { seek, show, follow, play, goToChapter, setSpeed, retime, current: () => sentence };
  };

  return { start, bring, clock, lastStarted };
})();
