// The script's blocks -> elements that are edited in place. A paragraph is one text in one element;
// what is said, found or being heard is painted over it and changes no element.

import { button, byId, copied, element } from "./dom.js";
import { text } from "./texts.js";

const FIRST = 60; // blocks that are drawn before anything else
const SLICE = 150; // and so many more in each frame

const AREA = "[contenteditable]";
const isPlain = (() => {
  const probe = document.createElement("p");
  try {
    probe.contentEditable = "plaintext-only";
  } catch {
    return false; // an older browser: what is pasted is made plain by editing.js
  }
  return true;
})();

export class View {
  /** Draws into the page's section; `nameOf(role)` is the name of a speaker. */
  constructor(nameOf) {
    this.nameOf = nameOf;
    this.section = /** @type {HTMLElement} */ (document.querySelector("#script section"));
    this.elements = new Map(); // block -> element
    this.blocksOf = new WeakMap(); // element -> block
    this.numbers = 0; // of headings made
    /** @type {any} */
    this.script = null;
    this.waiting = []; // blocks that are not drawn yet
    /** @type {null | (() => void)} */
    this.drawn = null; // called once all are drawn
  }

  // Drawing -------------------------------------------------------------------------------

  /** Draw the whole script; what is drawn already stays if its block is still there. */
  replaced() {
    const { blocks } = this.script;
    const gone = new Set(this.elements.keys());
    for (const block of blocks) gone.delete(block);
    for (const block of gone) this.drop(block);
    const isFirst = !this.elements.size;
    this.waiting = isFirst ? blocks.slice(FIRST) : [];
    this.putBelow(null, isFirst ? blocks.slice(0, FIRST) : blocks);
    this.named(0, blocks.length - this.waiting.length);
    if (this.waiting.length) requestAnimationFrame(() => this.drawSome());
    else this.drawn?.();
  }

  drawSome(count = SLICE) {
    const some = this.waiting.splice(0, count).filter((block) => this.script.blocks.includes(block));
    const from = this.elements.size;
    this.section.append(...some.map((block) => this.draw(block)));
    this.named(from, from + some.length);
    if (this.waiting.length) requestAnimationFrame(() => this.drawSome());
    else if (some.length) this.drawn?.();
  }

  /** Draw all that waits, before something is looked for. */
  drawAll() {
    if (this.waiting.length) this.drawSome(this.waiting.length);
  }

  spliced(at, removed, inserted) {
    this.drawAll();
    const { blocks } = this.script;
    for (const block of removed) if (!inserted.includes(block)) this.drop(block);
    this.putBelow(at ? this.elements.get(blocks[at - 1]) : null, inserted);
    this.named(at, at + inserted.length + 1);
  }

  /** Let the elements of blocks stand below another element, or at the top; draw those that are new. */
  putBelow(above, blocks) {
    for (const block of blocks) {
      const own = this.elements.get(block) ?? this.draw(block);
      const place = above ? above.nextSibling : this.section.firstChild;
      if (own !== place) this.section.insertBefore(own, place);
      above = own;
    }
  }

  /** A block got other contents from elsewhere. */
  changed(block) {
    const own = this.elements.get(block);
    if (!own) return;
    if (own.dataset.kind !== block.kind) {
      const other = this.draw(block);
      own.replaceWith(other);
      return;
    }
    const area = this.areaOf(block);
    if (area.textContent !== block.text) {
      const caret = this.caret();
      area.textContent = block.text;
      if (caret && caret.block === block) this.place(block, Math.min(caret.at, block.text.length));
    }
    const at = this.script.blocks.indexOf(block);
    this.named(at, at + 2);
  }

  draw(block) {
    const own = this[`draw_${block.kind}`](block);
    own.dataset.kind = block.kind;
    own.querySelector(AREA).textContent = block.text;
    this.elements.set(block, own);
    this.blocksOf.set(own, block);
    return own;
  }

  drop(block) {
    this.elements.get(block)?.remove();
    this.elements.delete(block);
  }

  draw_title() {
    return this.heading(element("h1"), "titleLabel", false);
  }

  draw_part() {
    const own = copied("part");
    own.setAttribute("role", "group");
    own.setAttribute("aria-label", text("partLabel"));
    return this.heading(own, "partLabel", true);
  }

  draw_chapter() {
    const own = copied("heading");
    own.id = `h${(this.numbers += 1)}`;
    return this.heading(own, "chapterLabel", true);
  }

  heading(own, label, hasMenu) {
    const area = element("span", { class: "area" });
    this.editable(area, text(label), false);
    own.replaceChildren(area);
    if (hasMenu) own.append(this.more());
    return own;
  }

  draw_paragraph() {
    const own = copied("paragraph");
    const at = own.querySelector(".at");
    at.removeAttribute("href");
    at.replaceWith(
      element("button", { type: "button", class: "at", tabindex: -1, "aria-label": text("hearParagraph") }, "▶"),
    );
    this.editable(own.querySelector("p"), text("paragraphLabel"), true);
    own.append(this.more());
    return own;
  }

  editable(area, label, isLong) {
    area.setAttribute("contenteditable", isPlain ? "plaintext-only" : "true");
    area.setAttribute("role", "textbox");
    area.setAttribute("aria-label", label);
    if (isLong) area.setAttribute("aria-multiline", "true");
    area.setAttribute("spellcheck", "false");
    area.tabIndex = -1; // one of all can be reached by Tab: the one where the caret was last
  }

  more() {
    return button("⋯", () => {}, { class: "more", tabindex: -1, "aria-label": text("more"), "aria-haspopup": "menu" });
  }

  // Who speaks ----------------------------------------------------------------------------

  /** Who says the paragraph at a place: its own role, or the main voice of its chapter. */
  speakerAt(at) {
    const { blocks } = this.script;
    if (blocks[at].role) return blocks[at].role;
    for (let above = at; above >= 0; above -= 1) {
      if (blocks[above].kind === "chapter") return blocks[above].voice || "host";
    }
    return "host";
  }

  /** Name the speaker of each paragraph from `from` to `to` where the speaker changes. */
  named(from, to) {
    const { blocks } = this.script;
    const hasSpeakers = blocks.some(({ role }) => role && role !== "host");
    let chapterVoice = null;
    for (let at = from; at < Math.min(to, blocks.length); at += 1) {
      const block = blocks[at];
      if (block.kind === "chapter") chapterVoice = block.voice || "host";
      if (block.kind !== "paragraph") continue;
      const own = this.elements.get(block);
      if (!own) continue;
      const speaker = block.role || (chapterVoice ??= this.speakerAt(at));
      const above = at && blocks[at - 1].kind === "paragraph" ? this.speakerAt(at - 1) : "";
      const name = above !== speaker && (hasSpeakers || speaker !== "host") ? this.nameOf(speaker) : "";
      this.setName(own, name);
      const isQuoted = Boolean(block.role) && block.role !== "host";
      own.classList.toggle("other", isQuoted);
      const label = `${this.nameOf(speaker)}：${text("paragraphLabel")}`;
      const area = own.querySelector(AREA);
      if (area.getAttribute("aria-label") !== label) area.setAttribute("aria-label", label);
    }
  }

  setName(own, name) {
    let role = own.querySelector(".role");
    if (!name) return role?.remove();
    if (!role) {
      role = copied("role");
      own.prepend(role);
    }
    if (role.textContent !== name) role.textContent = name;
    return role;
  }

  // Places --------------------------------------------------------------------------------

  areaOf(block) {
    return this.elements.get(block).querySelector(AREA);
  }

  /** The block in whose element another element is, or undefined. */
  blockAt(inner) {
    const own = inner?.closest?.("#script section > *");
    return own ? this.blocksOf.get(own) : undefined;
  }

  /** Where the caret is: its block, its offset in the text and where the selection ends. */
  caret() {
    const selection = getSelection();
    const node = selection.anchorNode;
    const area = (node instanceof Element ? node : node?.parentElement)?.closest(AREA);
    const block = this.blockAt(area);
    if (!block) return null;
    const range = selection.getRangeAt(0);
    const at = offsetIn(area, range.startContainer, range.startOffset);
    const end = range.collapsed ? at : offsetIn(area, range.endContainer, range.endOffset);
    return { block, area, at, end };
  }

  /** Put the caret into a block; `end` selects up to there. */
  place(block, at, end = at) {
    this.drawAll();
    const area = this.areaOf(block);
    this.reachable(area);
    area.focus({ preventScroll: true });
    const range = this.range(block, at, end);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    const box = area.getBoundingClientRect();
    if (box.top < 80 || box.bottom > innerHeight - byId("player").offsetHeight - 20) {
      area.scrollIntoView({ block: box.height > innerHeight / 2 ? "start" : "center" });
    }
  }

  /** Let Tab reach this text and no other. */
  reachable(area) {
    if (this.last === area) return;
    if (this.last) this.last.tabIndex = -1;
    area.tabIndex = 0;
    this.last = area;
  }

  /** The range of characters in a block's text. */
  range(block, from, to) {
    const area = this.areaOf(block);
    const range = document.createRange();
    range.selectNodeContents(area);
    range.collapse(true);
    let passed = 0;
    const walker = document.createTreeWalker(area, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const length = /** @type {Text} */ (node).length;
      if (from >= passed && from <= passed + length) range.setStart(node, from - passed);
      if (to >= passed && to <= passed + length) {
        range.setEnd(node, to - passed);
        break;
      }
      passed += length;
    }
    return range;
  }

  /** Paint ranges of text in one of the ways that the style sheet knows. */
  paint(name, ranges) {
    if (window.Highlight && CSS.highlights) CSS.highlights.set(name, new Highlight(...ranges));
  }
}

const offsetIn = (area, node, offset) => {
  const before = document.createRange();
  before.selectNodeContents(area);
  before.setEnd(node, offset);
  return before.toString().length;
};

const segmenter = window.Intl?.Segmenter ? new Intl.Segmenter("zh", { granularity: "sentence" }) : null;

/** The sentences of a text, each from its first to after its last character. */
export const sentences = (whole) => {
  if (!segmenter) return [[0, whole.length]];
  return [...segmenter.segment(whole)].map(({ index, segment }) => [index, index + segment.length]);
};

/** The sentence of a text that holds an offset. */
export const sentenceAt = (whole, offset) =>
  sentences(whole).find(([, to]) => offset < to) ?? sentences(whole).at(-1) ?? [0, 0];
