// What is heard: a sentence as it stands now, and the built episode, which goes on while it is
// built again.

import { addressOf, send } from "./api.js";
import { byId, tell } from "./dom.js";
import { text } from "./texts.js";
import { sentenceAt, sentences } from "./view.js";

/* global player */

const MOST_SKIPPED = 40; // built paragraphs that a short one may be behind the one before it
const LONG = 12; // characters that hardly two paragraphs have in common

/** A sentence as it stands in the script. */
export class Saying {
  constructor(name, view) {
    this.name = name;
    this.view = view;
    this.audio = new Audio();
    this.turn = 0; // of what is asked for; an older one is no longer wanted
    this.ahead = new Map(); // what is already asked for
  }

  quiet() {
    this.turn += 1;
    this.audio.pause();
    this.view.paint("saying", []);
  }

  async fetched(body) {
    const key = JSON.stringify(body);
    const found = this.ahead.get(key);
    this.ahead.delete(key);
    return found ?? send(addressOf("api", this.name, "say"), body);
  }

  /** Say a text; resolves to whether it was said to its end. */
  async say(body) {
    const turn = (this.turn += 1);
    this.audio.pause();
    let sound;
    try {
      sound = await this.fetched(body);
    } catch (error) {
      if (turn === this.turn) tell(error.message, true);
      return false;
    }
    if (turn !== this.turn) return false;
    URL.revokeObjectURL(this.audio.src);
    this.audio.src = URL.createObjectURL(sound);
    const ended = new Promise((resolve) => {
      this.audio.onended = () => resolve(true);
      this.audio.onpause = () => resolve(this.audio.ended);
      this.audio.onerror = () => resolve(false);
    });
    await this.audio.play().catch(() => tell(text("mayNotPlay"), true));
    return ended;
  }

  /** Say the sentence of a block at an offset. */
  async sentence(block, offset, role) {
    const [from, to] = sentenceAt(block.text, offset);
    if (!block.text.slice(from, to).trim()) return false;
    this.quiet();
    this.view.paint("saying", [this.view.range(block, from, to)]);
    const turn = this.turn + 1;
    const isDone = await this.say({ text: block.text.slice(from, to).trim(), role });
    if (turn === this.turn) this.view.paint("saying", []);
    return isDone;
  }

  /** Say all sentences of a block; the next one is asked for while one is heard. */
  async paragraph(block, role) {
    const spans = sentences(block.text).filter(([from, to]) => block.text.slice(from, to).trim());
    const whole = block.text;
    for (const [number, [from]] of spans.entries()) {
      const next = spans[number + 1];
      if (next) {
        const body = { text: whole.slice(...next).trim(), role };
        const answer = send(addressOf("api", this.name, "say"), body);
        answer.catch(() => null);
        this.ahead.set(JSON.stringify(body), answer);
      }
      if (block.text !== whole || !(await this.sentence(block, from, role))) return;
    }
  }
}

/** The built episode in the player, and where its sentences are in the script. */
export class Episode {
  constructor(name, view, hooks) {
    this.name = name;
    this.view = view;
    this.hooks = hooks;
    this.audio = /** @type {HTMLAudioElement} */ (byId("audio"));
    this.paragraphs = []; // built: text, first sentence, number of sentences, block
    this.spokenOf = new Map(); // block -> its built paragraph
    this.next = null; // what was built while the sound played
    this.player = null;
    for (const kind of ["pause", "ended"]) {
      this.audio.addEventListener(kind, () => this.next && this.take(this.next));
    }
  }

  /** Read what was built, and play that from the end of the paragraph on. */
  async load(built) {
    const address = addressOf("files", this.name, "index.html");
    const answer = await fetch(`${address}?built=${built}`);
    if (!answer.ok) return;
    const whole = await answer.text();
    const body = whole.slice(whole.indexOf("<body>")); // its style is not this page's
    const page = new DOMParser().parseFromString(body, "text/html");
    const now = {
      timing: JSON.parse(page.getElementById("timing").textContent),
      paragraphs: paragraphsOf(page),
      chapters: [...page.querySelectorAll("#chapters .title")].map((title) => title.textContent),
      sound: `${addressOf("files", this.name, "episode.mp3")}?built=${built}`,
    };
    if (this.player && !this.audio.paused) this.next = now;
    else this.take(now);
  }

  /** Take what was built as what is played, at the same place of the script. */
  take(now) {
    const { paused, currentTime, playbackRate } = this.audio;
    const was = this.current();
    this.next = null;
    this.timing = now.timing;
    this.paragraphs = now.paragraphs;
    this.firsts = now.paragraphs.map(({ first }) => first);
    this.chapters = now.chapters;
    this.match();
    const to = this.sameAs(was) ?? currentTime * 1000;
    this.audio.src = now.sound;
    byId("length").textContent = player.clock(this.timing.length / 1000);
    if (this.player) this.player.retime(this.timing);
    else this.player = player.start(this.timing, this.page(), { play: text("play"), pause: text("pause"), fail: text("noSound") });
    this.audio.addEventListener(
      "loadedmetadata",
      () => {
        this.audio.playbackRate = playbackRate;
        if (was || !paused) this.player.seek(to, !paused);
        else this.player.show();
      },
      { once: true },
    );
    byId("listen").hidden = false;
    this.hooks.timed();
  }

  /** What is played: its block, and the text of its paragraph. */
  current() {
    const number = this.player ? this.player.current() : -1;
    const paragraph = number >= 0 ? this.paragraphOf(number) : null;
    return paragraph && { ...paragraph, sentence: number - paragraph.first };
  }

  /** When that begins which another build had as `was`; undefined if it is not there any more. */
  sameAs(was) {
    if (!was) return undefined;
    const now = (was.block && this.spokenOf.get(was.block)) ?? this.paragraphs.find(({ text: own }) => own === was.text);
    if (now) return this.timing.starts[now.first + Math.min(was.sentence, now.count - 1)];
    // The paragraph was edited: begin where its place in the script is.
    const { blocks } = this.view.script;
    for (let at = blocks.indexOf(was.block); at >= 0 && at < blocks.length; at += 1) {
      const spoken = this.spokenOf.get(blocks[at]);
      if (spoken) return this.timing.starts[spoken.first];
    }
    return undefined;
  }

  /** Find for each paragraph of the script the built one that says the same. */
  match() {
    this.spokenOf = new Map();
    const places = new Map();
    for (const [number, paragraph] of this.paragraphs.entries()) {
      paragraph.block = null;
      const bare = spaceless(paragraph.text);
      if (!places.has(bare)) places.set(bare, []);
      places.get(bare).push(number);
    }
    let last = -1;
    for (const block of this.view.script.blocks) {
      if (block.kind !== "paragraph") continue;
      const bare = spaceless(block.text);
      const found = places.get(bare)?.find((number) => number > last);
      if (found === undefined || (found - last > MOST_SKIPPED && bare.length < LONG)) continue;
      last = found;
      this.paragraphs[found].block = block;
      this.spokenOf.set(block, this.paragraphs[found]);
    }
  }

  paragraphOf(sentence) {
    return this.paragraphs[player.lastStarted(this.firsts, sentence)];
  }

  /** When a block is said, in milliseconds, or undefined. */
  startOf(block) {
    const spoken = this.spokenOf.get(block);
    return spoken && this.timing.starts[spoken.first];
  }

  /** The built paragraph of a block, or undefined if it was not built as it stands now. */
  asBuilt(block) {
    const spoken = this.spokenOf.get(block);
    return spoken && spaceless(block.text) === spaceless(spoken.text) ? spoken : undefined;
  }

  /** When the sentence at an offset of a block is said, or undefined if it was not built so. */
  startAt(block, offset) {
    const spoken = this.asBuilt(block);
    if (!spoken) return undefined;
    const wanted = spaceless(block.text.slice(0, offset)).length;
    let passed = 0;
    for (const [number, sentence] of spoken.sentences.entries()) {
      passed += spaceless(sentence).length;
      if (wanted < passed) return this.timing.starts[spoken.first + number];
    }
    return this.timing.starts[spoken.first + spoken.count - 1];
  }

  // Marking what is said ------------------------------------------------------------------

  /** The place of a sentence in its block, or null if its paragraph is edited. */
  spanOf(number) {
    const spoken = this.paragraphOf(number);
    const block = spoken?.block;
    if (!block || !this.view.elements.has(block)) return null;
    const before = spoken.sentences.slice(0, number - spoken.first).join("");
    const from = offsetOf(block.text, spaceless(before).length);
    const said = spoken.sentences[number - spoken.first];
    const to = offsetOf(block.text, spaceless(before + said).length, true);
    return spaceless(block.text.slice(from, to)) === spaceless(said) ? { block, from, to } : null;
  }

  page() {
    return {
      element: (number) => {
        const block = this.paragraphOf(number)?.block;
        return block && this.view.elements.get(block);
      },
      showSentence: (number) => {
        if (this.next && this.hasEnded(number)) queueMicrotask(() => this.next && this.take(this.next));
        this.span = number >= 0 ? this.spanOf(number) : null;
        this.view.paint("word", []);
        this.view.paint("now", this.span ? [this.view.range(this.span.block, this.span.from, this.span.to)] : []);
      },
      showWord: (number, left, sentence) => {
        if (!this.span || number < 0) return this.view.paint("word", []);
        const times = this.timing.words[sentence];
        let before = 0;
        for (let at = 0; at < number; at += 1) before += times[1 + 2 * at];
        const said = this.paragraphOf(sentence).sentences[sentence - this.paragraphOf(sentence).first];
        const [from, to] = [before, before + times[1 + 2 * number]].map((at) => spaceless(said.slice(0, at)).length);
        const { block, from: start } = this.span;
        const opened = spaceless(block.text.slice(0, start)).length;
        this.view.paint("word", [
          this.view.range(block, offsetOf(block.text, opened + from), offsetOf(block.text, opened + to, true)),
        ]);
      },
      showChapter: (number) => this.chapters[number] ?? "",
      goneTo: () => {},
      save: () => {},
      keys: this.hooks.keys,
    };
  }

  /** Whether a sentence that begins now is in another paragraph than the one before. */
  hasEnded(number) {
    const paragraph = number >= 0 ? this.paragraphOf(number) : null;
    return !paragraph || paragraph.first === number;
  }
}

const paragraphsOf = (page) => {
  let first = 0;
  return [...page.querySelectorAll("main .p > p")].map((own) => {
    const said = [...own.querySelectorAll(":scope > span")].map((sentence) => sentence.textContent);
    const paragraph = { text: own.textContent, sentences: said, first, count: said.length, block: null };
    first += said.length;
    return paragraph;
  });
};

const spaceless = (whole) => whole.replace(/\s+/g, "");

/** The offset in a text after `count` characters that are no space; at an end, before spaces. */
const offsetOf = (whole, count, isEnd = false) => {
  let passed = 0;
  for (let at = 0; at < whole.length; at += 1) {
    if (/\s/.test(whole[at])) continue;
    if (passed === count) return isEnd ? trimmed(whole, at) : at;
    passed += 1;
  }
  return whole.length;
};

const trimmed = (whole, at) => whole.slice(0, at).trimEnd().length;
