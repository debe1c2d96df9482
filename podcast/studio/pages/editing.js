// What a person does in the text -> edits of the script: typing, splitting, joining, moving borders.

import { text } from "./texts.js";

/** @typedef {() => unknown} Act  what a key does; it gives false if the browser is to act, too */

const isCommand = (event) => event.ctrlKey || event.metaKey;

export class Editing {
  /** `commands` are the editor's: undo, redo, hear, quiet, leave, menu, tell. */
  constructor(script, view, commands) {
    this.script = script;
    this.view = view;
    this.commands = commands;
    this.chosen = []; // whole blocks that are selected
    this.listen();
  }

  listen() {
    const { section } = this.view;
    section.addEventListener("input", (event) => this.input(event));
    section.addEventListener("beforeinput", (event) => this.beforeInput(event));
    section.addEventListener("keydown", (event) => this.key(event));
    section.addEventListener("paste", (event) => this.paste(event));
    section.addEventListener("drop", (event) => event.preventDefault());
    section.addEventListener("compositionstart", (event) => this.composing(event, true));
    section.addEventListener("compositionend", (event) => this.composing(event, false));
    section.addEventListener("focusin", ({ target }) => {
      if (target.isContentEditable) this.view.reachable(target);
    });
    section.addEventListener("focusout", (event) => this.left(event));
    section.addEventListener("mousedown", (event) => this.pointed(event));
  }

  // Typing --------------------------------------------------------------------------------

  input({ target }) {
    const block = this.view.blockAt(target);
    if (!block) return;
    this.commands.quiet();
    this.script.typed(block, clean(this.view.areaOf(block).textContent));
  }

  composing({ target }, isOn) {
    this.script.composing = isOn;
    const block = this.view.blockAt(target);
    if (!block) return;
    if (isOn) this.script.dirty.add(block); // so that nobody else's change is put under the caret
    else {
      this.script.typed(block, clean(this.view.areaOf(block).textContent));
      this.script.sendLater(); // also if nothing was composed in the end
    }
  }

  /** Only plain typing is left to the browser; all else is done here or not at all. */
  beforeInput(event) {
    const { inputType } = event;
    if (inputType === "historyUndo" || inputType === "historyRedo") {
      event.preventDefault();
      this.commands[inputType === "historyUndo" ? "undo" : "redo"]();
    } else if (inputType === "insertParagraph" || inputType === "insertLineBreak") {
      event.preventDefault();
      if (!this.script.composing) this.enter();
    } else if (inputType.startsWith("format") || inputType === "insertFromDrop") {
      event.preventDefault();
    }
  }

  paste(event) {
    event.preventDefault();
    const lines = (event.clipboardData?.getData("text/plain") ?? "").split(/[\r\n]+/).map((line) => line.trim());
    const [first = "", ...more] = lines.filter(Boolean);
    const caret = this.view.caret();
    if (!caret) return;
    const before = caret.block.text.slice(0, caret.at);
    const after = caret.block.text.slice(caret.end);
    if (caret.block.kind !== "paragraph") more.splice(0);
    if (!more.length) {
      this.rewrite(caret.block, before + first + after);
      this.view.place(caret.block, caret.at + first.length);
      return;
    }
    const last = more.pop();
    const { block } = caret;
    const added = [...more, last + after].map((line) => this.script.fresh("paragraph", line, block.role));
    const at = this.script.blocks.indexOf(block);
    this.script.splice(at, [block], [block, ...added], new Map([[block, { text: before + first }]]));
    this.view.place(added.at(-1), last.length);
  }

  /** Give a block another text, as if it had been typed. */
  rewrite(block, now) {
    this.view.areaOf(block).textContent = now;
    this.script.typed(block, now);
  }

  left({ target }) {
    const block = this.view.blockAt(target);
    if (!block || !target.isContentEditable) return;
    if (block.text.trim()) return this.script.flush();
    if (block.kind !== "paragraph") {
      this.rewrite(block, block.saved);
      return;
    }
    // An empty paragraph that a person leaves goes away, unless it is all there is.
    setTimeout(() => {
      const at = this.script.blocks.indexOf(block);
      if (at < 0 || block.text.trim() || this.view.areaOf(block) === document.activeElement) return;
      this.script.splice(at, [block], []);
    });
  }

  // Keys ----------------------------------------------------------------------------------

  key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const caret = this.view.caret();
    const act = this.actOf(event, caret);
    if (act && act() !== false) event.preventDefault();
  }

  /** What a key does, or null. @returns {Act | null} */
  actOf(event, caret) {
    const { key, shiftKey, altKey } = event;
    const { commands } = this;
    const block = this.view.blockAt(event.target);
    if (this.chosen.length && (key === "Delete" || key === "Backspace")) return () => this.removeChosen();
    if (this.chosen.length && key === "Escape") return () => this.choose([]);
    if (isCommand(event)) {
      if (key === "Enter") return () => (shiftKey ? this.openChapter(caret) : commands.hear());
      if (key === ".") return () => commands.menu(block);
      if (key === "Backspace" && shiftKey) return () => this.remove(block);
      return null;
    }
    if (altKey) {
      if (key === "ArrowUp" || key === "ArrowDown") return () => this.move(block, key === "ArrowUp" ? -1 : 1);
      return null;
    }
    if (!caret) return null;
    const isStart = caret.at === 0 && caret.end === 0;
    const isEnd = caret.at === caret.end && caret.end === caret.block.text.length;
    if (key === "Enter") return () => this.enter();
    if (key === "Backspace" && isStart) return () => this.joinUp(caret.block);
    if (key === "Delete" && isEnd) return () => this.joinDown(caret.block);
    if (key === "Escape") return () => commands.leave();
    if (shiftKey) return this.extending(key, caret, isStart, isEnd);
    if (key === "ArrowLeft" && isStart) return () => this.step(caret.block, -1, Infinity);
    if (key === "ArrowRight" && isEnd) return () => this.step(caret.block, 1, 0);
    if (key === "ArrowUp" && this.isOnEdge(caret, -1)) return () => this.step(caret.block, -1, Infinity);
    if (key === "ArrowDown" && this.isOnEdge(caret, 1)) return () => this.step(caret.block, 1, 0);
    return null;
  }

  /** Shift and an arrow at the edge of a paragraph choose whole paragraphs. */
  extending(key, caret, isStart, isEnd) {
    const by = key === "ArrowUp" && (isStart || this.chosen.length) ? -1
      : key === "ArrowDown" && (isEnd || this.chosen.length) ? 1 : 0;
    if (!by) return null;
    return () => {
      const { blocks } = this.script;
      const from = blocks.indexOf(this.chosen[0] ?? caret.block);
      const to = blocks.indexOf(this.chosen.at(-1) ?? caret.block);
      const [first, last] = by < 0 ? [Math.max(0, from - 1), to] : [from, Math.min(blocks.length - 1, to + 1)];
      this.choose(blocks.slice(first, last + 1));
    };
  }

  isOnEdge({ area }, by) {
    const range = getSelection().getRangeAt(0);
    const rects = range.getClientRects();
    if (!rects.length) return true; // an empty text has one line
    const box = area.getBoundingClientRect();
    const line = parseFloat(getComputedStyle(area).lineHeight) || 24;
    return by < 0 ? rects[0].top - box.top < line * 0.7 : box.bottom - rects[0].bottom < line * 0.7;
  }

  step(block, by, at) {
    const next = this.script.blocks[this.script.blocks.indexOf(block) + by];
    if (!next) return false;
    this.view.place(next, Math.min(at, next.text.length));
    return true;
  }

  // Splitting and joining -----------------------------------------------------------------

  enter() {
    const caret = this.view.caret();
    if (!caret) return false;
    const { block, at, end } = caret;
    if (block.kind !== "paragraph") return this.step(block, 1, 0);
    const left = block.text.slice(0, at).trimEnd();
    const right = block.text.slice(end).trimStart();
    if (!left && !right) return true;
    if (!left) {
      // A new paragraph above: this one goes on as it is.
      const above = this.script.fresh("paragraph", "", block.role);
      this.script.splice(this.script.blocks.indexOf(block), [], [above]);
      this.view.place(above, 0);
      return true;
    }
    const below = this.script.fresh("paragraph", right, block.role);
    const where = this.script.blocks.indexOf(block);
    if (right) this.script.splice(where, [block], [block, below], new Map([[block, { text: left }]]));
    else {
      if (left !== block.text) this.rewrite(block, left);
      this.script.splice(where + 1, [], [below]);
    }
    this.view.place(below, 0);
    return true;
  }

  joinUp(block) {
    const at = this.script.blocks.indexOf(block);
    const above = this.script.blocks[at - 1];
    if (!above) return true;
    if (block.kind !== "paragraph") this.mergeUp(block);
    else if (above.kind === "paragraph") this.join(above, block);
    else this.view.place(above, above.text.length);
    return true;
  }

  joinDown(block) {
    const below = this.script.blocks[this.script.blocks.indexOf(block) + 1];
    if (!below) return true;
    if (below.kind !== "paragraph") this.view.place(below, 0);
    else if (block.kind === "paragraph") this.join(block, below);
    return true;
  }

  join(above, below) {
    const seam = above.text.length;
    const between = /[A-Za-z0-9]$/.test(above.text) && /^[A-Za-z0-9]/.test(below.text) ? " " : "";
    const whole = above.text + between + below.text;
    this.script.splice(this.script.blocks.indexOf(above), [above, below], [above], new Map([[above, { text: whole }]]));
    this.view.place(above, seam + between.length);
  }

  // Chapters ------------------------------------------------------------------------------

  /** Let a new chapter begin at the caret. */
  openChapter(caret) {
    if (!caret || caret.block.kind !== "paragraph") return;
    const { block, at } = caret;
    const left = block.text.slice(0, at).trimEnd();
    const right = block.text.slice(at).trimStart();
    const heading = this.script.fresh("chapter", text("newChapter"));
    const where = this.script.blocks.indexOf(block);
    if (!left || !right) {
      this.script.splice(where + (right ? 0 : 1), [], [heading]);
    } else {
      const below = this.script.fresh("paragraph", right, block.role);
      this.script.splice(where, [block], [block, heading, below], new Map([[block, { text: left }]]));
    }
    this.view.place(heading, 0, heading.text.length);
  }

  /** Take a heading away: its paragraphs belong to the chapter above. */
  mergeUp(heading) {
    const at = this.script.blocks.indexOf(heading);
    const below = this.script.blocks[at + 1];
    if (heading.kind === "title") return;
    if (heading.kind === "chapter" && !this.script.blocks.slice(0, at).some(({ kind }) => kind === "chapter")) {
      this.commands.tell(text("firstChapter"));
      return;
    }
    this.script.splice(at, [heading], []);
    if (below) this.view.place(below, 0);
  }

  /** Move a heading, and so the border of its chapter, over the next paragraph up or down. */
  move(block, by) {
    const { blocks } = this.script;
    if (!block || block.kind !== "chapter") return;
    const at = blocks.indexOf(block);
    const other = blocks[at + by];
    if (other?.kind !== "paragraph") {
      this.commands.tell(text("noFurther"));
      return;
    }
    const caret = this.view.caret();
    if (by < 0) this.script.splice(at - 1, [other, block], [block, other]);
    else this.script.splice(at, [block, other], [other, block]);
    this.view.place(block, Math.min(caret?.at ?? 0, block.text.length));
    this.commands.tell(text("borderMoved"));
  }

  // Paragraphs ----------------------------------------------------------------------------

  remove(block) {
    if (!block || block.kind === "title") return;
    if (block.kind !== "paragraph") return this.mergeUp(block);
    this.takeAway([block]);
  }

  /** Take blocks that stand together away, and go to what stands below them. */
  takeAway(blocks) {
    const at = this.script.blocks.indexOf(blocks[0]);
    this.script.splice(at, blocks, []);
    const next = this.script.blocks[Math.min(at, this.script.blocks.length - 1)];
    if (next) this.view.place(next, 0);
    this.commands.tell(text("removed"));
  }

  /** Set who says a paragraph, or whose voice a chapter has. */
  setRole(block, role) {
    const key = block.kind === "chapter" ? "voice" : "role";
    const at = this.script.blocks.indexOf(block);
    this.script.splice(at, [block], [block], new Map([[block, { [key]: role }]]));
    this.view.named(0, this.script.blocks.length);
  }

  /** Put a text into a block. */
  insert(block, at, added) {
    const now = block.text.slice(0, at) + added + block.text.slice(at);
    this.rewrite(block, now);
    this.script.flush();
    this.view.place(block, at, at + added.length);
  }

  // Several paragraphs --------------------------------------------------------------------

  pointed(event) {
    const block = this.view.blockAt(event.target);
    const caret = this.view.caret();
    if (event.shiftKey && block && caret && block !== caret.block) {
      event.preventDefault();
      const places = [block, caret.block].map((each) => this.script.blocks.indexOf(each)).sort((a, b) => a - b);
      this.choose(this.script.blocks.slice(places[0], places[1] + 1));
    } else if (this.chosen.length) this.choose([]);
  }

  choose(blocks) {
    for (const block of this.chosen) this.view.elements.get(block)?.classList.remove("chosen");
    this.chosen = blocks;
    for (const block of blocks) this.view.elements.get(block)?.classList.add("chosen");
    if (blocks.length) this.commands.tell(text("chosen", { n: blocks.length }));
  }

  removeChosen() {
    const chosen = this.chosen.filter((block) => block.kind !== "title");
    this.choose([]);
    if (chosen.length) this.takeAway(chosen);
  }
}

/** A text without what a browser may put in for spaces and line ends. */
const clean = (typed) => typed.replace(/\u00a0/g, " ").replace(/[\r\n]+/g, "");
