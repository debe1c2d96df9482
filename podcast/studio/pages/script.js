// The script of an episode as this tab has it: its blocks, the edits that are on their way to the
// server, and what other tabs, the disk and undo change meanwhile.
//
// A block is one object for as long as it lives; the server's id of a new one comes later. An edit
// is made here at once and sent when its turn comes: one at a time, and the next one only when the
// event of the one before has come. `version` is moved by events alone, so it never names a state
// whose changes this tab has not seen.

import { Refused, addressOf, get, send, tab } from "./api.js";

const PAUSE_MS = 700; // without a key, after which what was typed is sent
const EVENT_MS = 4000; // an event that takes longer is lost: the whole script is asked for
const KEPT = 20_000; // characters that a browser still sends when the page is closed
const AGAIN_MS = 2000; // between two tries while the server does not answer

/**
 * @typedef {{id: string, kind: string, text: string, role: string, voice: string, saved: string,
 *   held: number}} Block
 *   `saved` is the text that the server has or is about to get. `held` is 0, or one less than the
 *   version of another's change to a block that is being edited here.
 */

export class Script {
  /**
   * `view` follows: `replaced()`, `spliced(at, removed, inserted)`, `changed(block)` and
   * `followed(blocks, by)` after a change from elsewhere, `typed(block)`, `state(name)`,
   * `undoable(undo, redo)`, `conflict(mine, theirs, choose)`, `clashes(clashes)`,
   * `refusal(message, lost)`, `event(name, data)` for all other events, and `caughtUp(told)` when
   * the page has asked for the whole script again. `mustHear()` is whether the view needs events
   * although nobody sees the page.
   */
  constructor(name, view) {
    this.name = name;
    this.view = view;
    /** @type {Block[]} */
    this.blocks = [];
    this.byId = new Map();
    this.version = 0;
    this.queue = []; // edits that wait, the first of which may be on its way
    this.dirty = new Set(); // blocks with a text that no edit in the queue has
    this.composing = false;
    this.isBusy = false;
    /** @type {EventSource | null} */
    this.events = null;
    this.isCut = false; // the events broke off, and the browser tries again
    this.isStale = false; // the whole script is to be asked for
    this.own = null; // the splices of the last edit, as its event told them
    this.awaited = null; // resolves when the event of an edit has come
  }

  /** Read the script and follow its events. Throws Refused. */
  async open() {
    const first = await get(addressOf("api", this.name, "script"));
    addEventListener("visibilitychange", () => this.attend());
    addEventListener("pagehide", () => this.events?.close(), { once: true });
    addEventListener("pageshow", (event) => event.persisted && location.reload(), { once: true });
    await this.attend();
    const now = await get(addressOf("api", this.name, "script"));
    this.take(now);
    return { ...first, ...now };
  }

  /**
   * Follow the script's events while somebody sees the page, or the view needs them. A browser has six
   * connections for one address, which a seventh tab with events of its own would wait for; a page that
   * comes into sight again asks for the script as it is then. Resolves once events can come.
   */
  attend() {
    const isWanted = !document.hidden || this.isUnsaved || this.isBusy || this.view.mustHear();
    if (isWanted && !this.events) return this.follow();
    if (!isWanted && this.events) {
      this.events.close();
      this.events = null;
      this.isCut = false;
      this.isStale = true;
    }
    return Promise.resolve(null);
  }

  follow() {
    if (this.version) this.isStale = true; // it was read before there were events
    const events = new EventSource(`${addressOf("api", this.name, "events")}?tab=${tab}`);
    this.events = events;
    for (const name of ["progress", "built", "failed", "stopped", "told", "tabs"]) {
      events.addEventListener(name, ({ data }) => this.view.event(name, JSON.parse(data)));
    }
    events.addEventListener("script", ({ data }) => this.heard(JSON.parse(data)));
    events.addEventListener("reload", () => {
      this.isStale = true;
      this.pump();
    });
    events.addEventListener("error", () => {
      this.isCut = true;
      this.isStale = true;
      this.show();
    });
    return new Promise((resolve) => {
      events.addEventListener("open", () => {
        this.isCut = false;
        resolve(null);
        this.pump();
      });
      setTimeout(resolve, EVENT_MS);
    });
  }

  // From elsewhere ------------------------------------------------------------------------

  /** Take the whole script as the server has it, but for what is being edited here. */
  take({ version, blocks, clashes, can_undo, can_redo }) {
    const first = !this.blocks.length;
    this.version = version;
    this.isStale = false;
    const known = new Map(this.byId);
    const before = new Set(this.blocks);
    const now = blocks.map((plain) => {
      const block = known.get(plain.id);
      if (!block) return this.made(plain);
      if (this.fill(block, plain) && before.has(block)) this.view.changed(block);
      return block;
    });
    // A paragraph that is still empty is nowhere but here.
    for (const [at, block] of this.blocks.entries()) {
      if (block.id || !this.isPending(block)) continue;
      const above = this.blocks.slice(0, at).reverse().find((each) => now.includes(each));
      now.splice(above ? now.indexOf(above) + 1 : 0, 0, block);
    }
    const isSame = now.length === this.blocks.length && now.every((each, at) => each === this.blocks[at]);
    this.blocks = now;
    this.byId = new Map(now.filter((each) => each.id).map((each) => [each.id, each]));
    if (first || !isSame) this.view.replaced();
    this.view.undoable(can_undo, can_redo);
    if (clashes) this.view.clashes(clashes);
    this.show();
  }

  made(plain) {
    return { ...plain, saved: plain.text, held: 0 };
  }

  /** Give a block what the server has of it; false if nothing changed or it is edited here. */
  fill(block, plain) {
    if (this.isPending(block)) return false;
    const isNew = ["kind", "text", "role", "voice"].some((key) => block[key] !== plain[key]);
    Object.assign(block, plain, { saved: plain.text, held: 0 });
    return isNew;
  }

  /** Whether a block has changes that the server does not have yet. */
  isPending(block) {
    return this.dirty.has(block) || this.queue.some((edit) => edit.touches.has(block));
  }

  /** The block of this id, also one that was removed here and not yet at the server. */
  known(id) {
    const touched = () => this.queue.flatMap((edit) => [...edit.touches]).find((block) => block.id === id);
    return this.byId.get(id) ?? touched();
  }

  /** Take an event about the script. */
  heard({ version, by, splices, clashes, row, can_undo, can_redo }) {
    if (version <= this.version) return;
    if (row) this.view.event("row", row);
    if (can_undo !== undefined) this.view.undoable(can_undo, can_redo);
    if (clashes) this.view.clashes(clashes);
    if (by === tab) {
      this.version = version;
      this.own = splices;
      if (this.awaited && version >= this.awaited.version) this.awaited.resolve();
      return;
    }
    const changed = [];
    for (const splice of splices) {
      const held = splice.remove.map((id) => this.known(id)).filter((each) => each && this.isPending(each));
      if (held.length) {
        for (const block of held) block.held ||= version - 1;
        this.isStale = true;
      } else if (!this.spliced(splice, changed)) this.isStale = true;
    }
    this.version = version;
    if (this.isStale) this.pump();
    if (changed.length) this.view.followed(changed, by);
    this.show();
  }

  /** Do another's splice here; false if its place is not known. */
  spliced({ after, remove, insert }, changed) {
    const removed = remove.map((id) => this.byId.get(id));
    if (removed.includes(undefined)) return false;
    const above = this.byId.get(after);
    if (after && !above) return false;
    const at = removed.length ? this.blocks.indexOf(removed[0]) : above ? this.blocks.indexOf(above) + 1 : 0;
    if (removed.some((block, number) => this.blocks[at + number] !== block)) return false;
    const inserted = insert.map((plain) => {
      const block = this.byId.get(plain.id);
      if (!block || !removed.includes(block)) return this.made(plain);
      this.fill(block, plain);
      this.view.changed(block);
      return block;
    });
    this.put(at, removed, inserted);
    changed.push(...(inserted.length ? inserted : [this.blocks[Math.max(0, at - 1)]].filter(Boolean)));
    return true;
  }

  /** Put blocks in the place of others, here and in the view. */
  put(at, removed, inserted) {
    this.blocks.splice(at, removed.length, ...inserted);
    for (const block of removed) {
      if (!inserted.includes(block)) this.byId.delete(block.id);
    }
    for (const block of inserted) if (block.id) this.byId.set(block.id, block);
    this.view.spliced(at, removed, inserted);
  }

  // Edits made here -----------------------------------------------------------------------

  /** A block's text was typed; it is sent after a pause. */
  typed(block, typed) {
    if (block.text === typed) return;
    block.text = typed;
    this.dirty.add(block);
    this.view.typed(block);
    this.sendLater();
    this.show();
  }

  /** Send what was typed after a pause, which begins anew with each key. */
  sendLater() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), PAUSE_MS);
  }

  /**
   * Put blocks in the place of `removed`, which stand from place `at` on. An inserted block that
   * is one of the removed goes on, with the fields of `fields.get(block)`. `settles` names a clash
   * that a person has decided by it.
   */
  splice(at, removed, inserted, fields = new Map(), settles = undefined) {
    this.settle(removed);
    const base = removed.filter((block) => block.id || this.isPending(block));
    for (const [block, changes] of fields) Object.assign(block, changes);
    for (const block of inserted) {
      this.dirty.delete(block);
      block.saved = block.text;
    }
    this.put(at, removed, inserted);
    for (const [block] of fields) this.view.changed(block);
    const sent = inserted.filter((block) => block.text.trim());
    for (const block of inserted) if (!block.text.trim()) block.saved = "";
    if (base.length || sent.length) this.enqueue(at, base, sent, { settles });
    this.show();
  }

  /** A new block, which the server does not know yet. */
  fresh(kind, text, role = "") {
    return this.made({ id: "", kind, text, role, voice: "" });
  }

  /** Send what was typed in these blocks, or in all, before another edit. */
  settle(among) {
    for (const block of [...this.dirty]) {
      if (!among || !among.includes(block)) this.sendTyped(block);
    }
    // What was typed in a block that the edit replaces need not be sent on its own.
    for (const block of among ?? []) this.dirty.delete(block);
  }

  /** Send what was typed, unless a word is being composed. */
  flush() {
    clearTimeout(this.timer);
    if (this.composing) return;
    for (const block of [...this.dirty]) this.sendTyped(block);
    this.show();
  }

  sendTyped(block) {
    this.dirty.delete(block);
    const isEmpty = !block.text.trim();
    if (isEmpty && block.kind !== "paragraph") return; // a heading keeps its text until it has another
    if (block.text === block.saved) return;
    const waits = this.queue.slice(this.isBusy ? 1 : 0).find((edit) => edit.isTyping && edit.touches.has(block));
    block.saved = isEmpty ? "" : block.text;
    if (waits && !isEmpty) {
      waits.insert[0].text = block.text;
      return;
    }
    const at = this.blocks.indexOf(block);
    const isThere = Boolean(block.id) || this.isPending(block);
    if (isEmpty && !isThere) return;
    this.enqueue(at, isThere ? [block] : [], isEmpty ? [] : [block], { isTyping: !isEmpty });
  }

  enqueue(at, removed, inserted, { isTyping = false, settles = undefined }) {
    const above = this.blocks.slice(0, at).reverse().find((each) => each.id || this.isPending(each));
    this.queue.push({
      after: above ?? null,
      remove: removed,
      insert: inserted.map((block) => ({ block, ...plainOf(block) })),
      touches: new Set([...removed, ...inserted]),
      isTyping,
      settles,
    });
    this.pump();
  }

  // Sending -------------------------------------------------------------------------------

  async pump() {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      while (this.queue.length) await this.sendFirst();
      if (this.isStale && !this.dirty.size) await this.resync();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.view.state("offline");
      setTimeout(() => this.pump(), AGAIN_MS);
      return;
    } finally {
      this.isBusy = false;
      this.show();
    }
    if (this.queue.length) this.pump();
    else this.attend();
  }

  async resync() {
    const told = await get(addressOf("api", this.name, "script"));
    this.take(told);
    this.view.caughtUp(told);
  }

  async sendFirst() {
    const edit = this.queue[0];
    const removed = edit.remove.filter((block) => block.id);
    const held = [...edit.touches].map((block) => block.held).filter(Boolean);
    const removedIds = removed.map((block) => block.id);
    const message = {
      base: Math.min(this.version, ...held),
      after: edit.after?.id ?? "",
      remove: removedIds,
      insert: edit.insert.map(({ block, ...plain }) =>
        removedIds.includes(block.id) ? { id: block.id, ...plain } : plain),
    };
    let answer;
    try {
      answer = await send(addressOf("api", this.name, "edit"), message, { headers: { "X-Tab": tab }, keepalive: JSON.stringify(message).length < KEPT });
    } catch (error) {
      if (error instanceof Refused && error.status) await this.refused(edit, error);
      else throw error;
      return;
    }
    await this.done(edit, message, answer);
  }

  async done(edit, message, answer) {
    for (const [number, { block, text }] of edit.insert.entries()) {
      const plain = answer.blocks[number];
      block.id = plain.id;
      block.held = 0;
      this.byId.set(block.id, block);
      if (plain.text.trim() !== text.trim()) this.tidied(block, text, plain);
    }
    for (const block of edit.remove) {
      if (edit.insert.some((each) => each.block === block)) continue;
      this.byId.delete(block.id);
      block.id = ""; // an emptied paragraph may be filled again, as a new one
    }
    this.view.undoable(answer.can_undo, answer.can_redo);
    this.queue.shift();
    if (answer.version > this.version) await this.eventOf(answer.version);
    if (this.own && isMore(this.own, message, answer)) this.isStale = true;
    this.own = null;
  }

  /** The server wrote a text in its own way: take that, unless it is edited again. */
  tidied(block, sent, plain) {
    if (block.text !== sent || this.dirty.has(block) || this.composing) return;
    Object.assign(block, plain, { saved: plain.text });
    this.view.changed(block);
  }

  /** Resolves when the event of an edit has come, or is late. */
  async eventOf(version) {
    await new Promise((resolve) => {
      const late = setTimeout(() => {
        this.isStale = true;
        resolve(null);
      }, EVENT_MS);
      this.awaited = { version, resolve: () => (clearTimeout(late), resolve(null)) };
    });
    this.awaited = null;
  }

  /** The server did not take an edit: two versions are there, or it cannot be written. */
  async refused(edit, error) {
    const { conflict } = error.body;
    this.queue.shift();
    for (const block of edit.touches) block.held = 0;
    this.isStale = true;
    if (!conflict) {
      this.view.refusal(error.message, edit.insert.map(({ block, ...plain }) => plain));
      return;
    }
    const choice = await new Promise((resolve) => this.view.conflict(conflict.mine, conflict.theirs, resolve));
    const mine = conflict.mine.map(({ kind, text, role, voice }) => ({ kind, text, role, voice }));
    // What waits in the queue was made on what is now replaced: it is in `mine` of its own edit.
    const waiting = this.queue.filter((each) => [...each.touches].some((block) => edit.touches.has(block)));
    this.queue = this.queue.filter((each) => !waiting.includes(each));
    const latest = choice === "theirs" ? [] : latestOf(edit, mine, waiting);
    if (choice !== "theirs") await this.keep(latest, edit, conflict, choice === "both");
    for (const block of edit.touches) this.dirty.delete(block);
    await this.resync();
  }

  /** Put what a person has in the place of what another has, or below it. */
  async keep(latest, edit, conflict, keepsTheirs) {
    const theirs = conflict.theirs.map((each) => each.id);
    const above = edit.after?.id ?? "";
    try {
      await send(addressOf("api", this.name, "edit"), {
        base: conflict.version,
        after: keepsTheirs ? theirs.at(-1) ?? above : above,
        remove: keepsTheirs ? [] : theirs,
        insert: latest,
      });
    } catch (error) {
      this.view.refusal(error.message, latest); // it was changed once more: the text is shown
    }
  }

  // What is shown of it -------------------------------------------------------------------

  /** Whether anything here is not at the server yet. */
  get isUnsaved() {
    return Boolean(this.queue.length || this.dirty.size);
  }

  show() {
    this.view.state(this.isCut ? "offline" : this.isUnsaved ? "saving" : "saved");
  }

  /** Resolves when the server has all that was done here. */
  async saved() {
    this.flush();
    while (this.isUnsaved || this.isBusy) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Whether an edit changed more at the server than what was asked for. */
const isMore = (splices, message, answer) => {
  const removed = splices.flatMap(({ remove }) => remove);
  const inserted = splices.flatMap(({ insert }) => insert.map(({ id }) => id));
  const known = new Set([...message.remove, ...answer.blocks.map(({ id }) => id)]);
  return [...removed, ...inserted].some((id) => !known.has(id));
};

const plainOf = ({ kind, text, role, voice }) => ({ kind, text, role, voice });

/** What a person has now of an edit that was refused: what was typed into its blocks since. */
const latestOf = (edit, mine, waiting) => {
  if (!waiting.every(({ isTyping }) => isTyping) || mine.length !== edit.insert.length) return mine;
  return mine.map((plain, number) => ({ ...plain, text: edit.insert[number].block.text.trim() || plain.text }));
};
