// The editor of one episode: the script, what is heard of it, its builds.

import { addressOf, get, send, tab } from "./api.js";
import { button, byId, element, tell } from "./dom.js";
import { Editing } from "./editing.js";
import { Panels } from "./panels.js";
import { Script } from "./script.js";
import { roleName } from "./settings.js";
import { Episode, Saying } from "./sound.js";
import { isChinese, lasting, nameOf, said, text } from "./texts.js";
import { View } from "./view.js";

/* global player */

const AUTO_MS = 8000; // without an edit, after which the episode is built by itself
const TABS_MS = 1500; // that another page must stay open to be told of
const CONTEXT = 8; // characters around a dropped text

/** Open the editor of the episode `name`. */
export const edit = async (name) => new Editor(name).open();

class Editor {
  constructor(name) {
    this.name = name;
    this.roles = [];
    this.isHearing = localStorage.getItem("hear") !== "no"; // a click says its sentence
    this.isAuto = localStorage.getItem("auto") === "yes";
    this.view = new View((role) => this.roles.find((each) => each.role === role)?.name || roleName(role));
    const hooks = ["refusal", "conflict", "clashes", "state", "undoable", "followed", "event", "caughtUp"];
    this.script = new Script(name, {
      ...Object.fromEntries(hooks.map((hook) => [hook, (...given) => this[hook](...given)])),
      mustHear: () => this.isBuilding || !this.episode.audio.paused,
      replaced: () => {
        this.view.replaced();
        this.listChapters();
      },
      changed: (block) => {
        this.view.changed(block);
        if (block.kind !== "paragraph") this.listChapters();
      },
      typed: (block) => block.kind !== "paragraph" && this.listChapters(),
      spliced: (at, removed, inserted) => {
        this.view.spliced(at, removed, inserted);
        if ([...removed, ...inserted].some(({ kind }) => kind !== "paragraph")) this.listChapters();
        this.unbuilt();
      },
    });
    this.view.script = this.script;
    this.saying = new Saying(name, this.view);
    this.episode = new Episode(name, this.view, { timed: () => this.timed(), keys: this.pageKeys() });
    this.panels = new Panels(this);
    this.editing = new Editing(this.script, this.view, this);
    this.isBuilding = false;
    this.asked = new Set(); // the blocks of which two versions are shown
    this.clashing = Promise.resolve();
  }

  async open() {
    byId("contents").hidden = byId("page").hidden = false;
    this.drawBar();
    this.listen();
    this.findTabs();
    for (const kind of ["pause", "ended"]) this.episode.audio.addEventListener(kind, () => this.script.attend());
    this.view.drawn = () => this.episode.timing && (this.episode.match(), this.timed());
    const waiting = element("p", { class: "quiet drafting", role: "status" }, text("drafting"));
    byId("script").prepend(waiting);
    let told;
    try {
      told = await this.script.open();
      waiting.remove();
    } catch (error) {
      byId("script").replaceChildren(element("p", { class: "trouble", role: "alert" }, error.message), element("a", { href: "/" }, text("toEpisodes")));
      document.documentElement.classList.add("ready");
      return;
    }
    this.seedName = told.seed ? told.seed.replace(/\.[^.]*$/, "") : this.name;
    this.roles = told.roles ?? [];
    this.view.named(0, this.script.blocks.length);
    document.title = `${told.title || this.name} · ${text("studio")}`;
    this.isBuilt = told.built;
    this.made = told.made;
    this.unbuilt(Boolean(told.built && !told.stale));
    const first = this.script.blocks.find(({ kind }) => kind === "paragraph") ?? this.script.blocks[0];
    if (first) this.view.reachable(this.view.areaOf(first));
    if (told.built) await this.episode.load(told.made);
    document.documentElement.classList.add("ready");
  }

  // The bar -------------------------------------------------------------------------------

  drawBar() {
    const opener = (which, shown) =>
      button(shown ?? text(which), () => this.panels.toggle(which, ...(which === "find" || which === "names" ? [this.selected()] : [])), {
        id: `open-${which}`,
        "aria-controls": "panel",
        "aria-expanded": "false",
      });
    this.undoButton = button("↶", () => this.undo(), { class: "round", "aria-label": text("undo"), title: `${text("undo")} Ctrl+Z`, disabled: true });
    this.redoButton = button("↷", () => this.redo(), { class: "round", "aria-label": text("redo"), title: `${text("redo")} Ctrl+Shift+Z`, disabled: true });
    this.buildButton = button(text("build"), () => this.build(), { class: "main", title: "Ctrl+S" });
    this.status = element("span", { id: "status", role: "status" });
    const hear = toggle(text("hearClicks"), this.isHearing, (isOn) => {
      this.isHearing = isOn;
      localStorage.setItem("hear", isOn ? "yes" : "no");
      if (!isOn) this.quiet();
    });
    const auto = toggle(text("autoBuild"), this.isAuto, (isOn) => {
      this.isAuto = isOn;
      localStorage.setItem("auto", isOn ? "yes" : "no");
      this.unbuilt(this.isFresh);
    });
    // Beside a narrow window's script is no room for the chapters; the player has such a button, too.
    const contents = button("☰", () => this.sheet(), { id: "open-contents", class: "round", "aria-label": text("chapters"), "aria-controls": "contents", "aria-expanded": "false" });
    this.droppedToggle = toggle(text("showDropped"), false, (isOn) => this.showDropped(isOn));
    byId("tools").setAttribute("aria-label", text("tools"));
    byId("tools").replaceChildren(
      element("div", { class: "group" }, this.undoButton, this.redoButton, this.status),
      element("div", { class: "group" }, opener("find"), opener("names"), hear, this.droppedToggle),
      element("div", { class: "group" }, opener("files"), opener("check"), opener("settings"), opener("keys", "?")),
      element("div", { class: "group end" }, contents, auto, this.buildButton),
    );
    byId("open-keys").setAttribute("aria-label", text("keys"));
    byId("contents").setAttribute("aria-label", text("chapters"));
    byId("contents").replaceChildren(
      element("p", { class: "home" }, element("a", { href: "/" }, `← ${text("episodes")}`)),
      element("ol", { id: "chapters" }),
    );
    byId("script").setAttribute("aria-label", text("script"));
    byId("panel").setAttribute("aria-label", text("find"));
    this.drawPlayer();
  }

  drawPlayer() {
    const labels = { player: "player", place: "place", back: "back", play: "play", forward: "forward", speed: "speed", open: "chapters" };
    for (const [id, name] of Object.entries(labels)) byId(id).setAttribute("aria-label", text(name));
    byId("follow").textContent = text("follow");
    byId("open").addEventListener("click", () => this.sheet());
  }

  sheet(isOpen = !byId("contents").classList.contains("open")) {
    byId("contents").classList.toggle("open", isOpen);
    for (const id of ["open", "open-contents"]) byId(id).setAttribute("aria-expanded", String(isOpen));
  }

  listen() {
    const { section } = this.view;
    section.addEventListener("click", (event) => this.clicked(event));
    document.addEventListener("keydown", (event) => this.key(event));
    addEventListener("visibilitychange", () => document.hidden && this.script.flush());
    addEventListener("pagehide", () => this.script.flush());
    addEventListener("beforeunload", (event) => {
      this.script.flush();
      if (this.script.isUnsaved) event.preventDefault();
    });
    byId("contents").addEventListener("click", (event) => {
      const link = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest("#chapters a"));
      if (!link) return;
      event.preventDefault();
      const block = this.chapterBlocks[[...byId("chapters").querySelectorAll("a")].indexOf(link)];
      this.view.place(block, 0);
      this.view.elements.get(block).scrollIntoView({ block: "start" });
      this.sheet(false);
    });
  }

  key(event) {
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    const isCommand = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    const acts = {
      z: () => (event.shiftKey ? this.redo() : this.undo()),
      y: () => this.redo(),
      s: () => this.build(),
      f: () => this.panels.show("find", this.selected()),
    };
    const isField = event.target.closest("input, select, textarea");
    if (isCommand && !event.altKey && acts[key] && !(isField && key !== "s")) {
      event.preventDefault();
      acts[key]();
    } else if (event.key === "F8") {
      event.preventDefault();
      byId("play").click();
    } else if (!this.episode.player && !event.target.closest("input, select, textarea, button, a, [contenteditable]")) {
      const act = this.pageKeys()[event.key]; // once there is a player, it listens to these keys
      if (!act) return;
      event.preventDefault();
      act();
    }
  }

  pageKeys() {
    return {
      "/": () => this.panels.show("find", ""),
      Enter: () => this.goBack(),
      Escape: () => this.quiet(),
    };
  }

  // What Editing asks for -----------------------------------------------------------------

  tell(message) {
    tell(message);
  }

  quiet() {
    this.saying.quiet();
  }

  /** Say the sentence at the caret as it stands. */
  hear() {
    const caret = this.view.caret();
    if (caret) this.saying.sentence(caret.block, caret.at, this.speaker(caret.block));
  }

  speaker(block) {
    return this.view.speakerAt(this.script.blocks.indexOf(block));
  }

  /** Leave the text, so that keys move the sound. */
  leave() {
    this.quiet();
    /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
    byId("script").focus({ preventScroll: true });
  }

  selected() {
    const caret = this.view.caret();
    return caret ? caret.block.text.slice(caret.at, caret.end) : "";
  }

  /** Go back into the text where the caret was. */
  goBack() {
    const area = this.view.last?.isConnected ? this.view.last : null;
    area?.focus({ preventScroll: true });
  }

  goTo(id, offset, length) {
    const block = this.script.byId.get(id);
    if (!block) return;
    this.view.place(block, offset, offset + length);
    player.bring(this.view.elements.get(block), true);
  }

  goToFinding(block, seconds) {
    if (block) this.view.place(block, 0);
    if (typeof seconds === "number" && this.episode.player) this.episode.player.seek(seconds * 1000, false);
  }

  clicked(event) {
    const block = this.view.blockAt(event.target);
    if (!block) return;
    if (event.target.closest(".more, .role")) return this.menu(block, event.target);
    if (event.target.closest(".at")) return this.hearBlock(block);
    if (block.kind !== "paragraph" || !event.target.isContentEditable || event.shiftKey) return;
    const caret = this.view.caret();
    if (!caret || caret.at !== caret.end || !this.isHearing) return;
    const start = this.episode.player && !this.episode.audio.paused ? this.episode.startAt(block, caret.at) : undefined;
    if (start !== undefined) this.episode.player.seek(start, true);
    else this.hear();
  }

  /** Play the episode from a paragraph on, or say the paragraph if it was not built so. */
  hearBlock(block) {
    const start = this.episode.asBuilt(block) && this.episode.startOf(block);
    this.quiet();
    if (start !== undefined) this.episode.player.seek(start, true);
    else this.saying.paragraph(block, this.speaker(block));
  }

  // Menu of a block -----------------------------------------------------------------------

  menu(block, from = this.view.areaOf(block)) {
    if (!block) return false;
    document.querySelector("#menu")?.remove();
    const menu = element("div", { id: "menu", role: "menu", popover: "auto", "aria-label": text("more") });
    const item = (label, act, attributes = {}) =>
      button(label, () => {
        menu.hidePopover();
        act();
      }, { role: "menuitem", ...attributes });
    menu.append(...this.items(block, item).filter(Boolean));
    menu.addEventListener("keydown", (event) => this.menuKey(event, menu));
    menu.addEventListener("toggle", (event) => {
      if (/** @type {ToggleEvent} */ (event).newState === "closed") menu.remove();
    });
    byId("script").append(menu); // it is drawn over all, wherever it stands
    menu.showPopover();
    const box = from.getBoundingClientRect();
    const own = menu.getBoundingClientRect();
    menu.style.left = `${Math.max(8, Math.min(box.left, innerWidth - own.width - 8))}px`;
    menu.style.top = `${Math.max(8, Math.min(box.bottom + 4, innerHeight - own.height - 8))}px`;
    menu.querySelector("button").focus();
    return true;
  }

  items(block, item) {
    const { editing } = this;
    const isChapter = block.kind === "chapter";
    const now = isChapter ? block.voice : block.role;
    const roles = [...new Set(["", "host", "guest", ...this.roles.map(({ role }) => role)])];
    const speakers = roles.map((role) =>
      item(role ? this.view.nameOf(role) : text(isChapter ? "hostVoice" : "chapterVoice"), () => editing.setRole(block, role), {
        role: "menuitemradio",
        "aria-checked": String(now === role),
      }),
    );
    if (isChapter) {
      return [
        item(`${text("borderUp")}  Alt+↑`, () => editing.move(block, -1)),
        item(`${text("borderDown")}  Alt+↓`, () => editing.move(block, 1)),
        item(text("mergeUp"), () => editing.mergeUp(block)),
        element("p", { role: "presentation" }, text("mainVoice")),
        ...speakers,
      ];
    }
    if (block.kind !== "paragraph") return [item(text("removeHeading"), () => editing.remove(block))];
    const caret = this.view.caret();
    const at = caret?.block === block ? caret : { block, at: 0, end: 0 };
    return [
      item(text("hearParagraph"), () => this.hearBlock(block)),
      item(`${text("chapterHere")}  Ctrl+Shift+↵`, () => editing.openChapter(at)),
      item(`${text("remove")}  Ctrl+Shift+⌫`, () => editing.remove(block)),
      element("p", { role: "presentation" }, text("speaker")),
      ...speakers,
      item(text("otherSpeaker"), () => this.askSpeaker(block)),
    ];
  }

  menuKey(event, menu) {
    const items = [...menu.querySelectorAll("button")];
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      menu.hidePopover();
      this.goBack();
    }
    if (to === undefined) return;
    event.preventDefault();
    items.at(to % items.length).focus();
  }

  /** Ask for the name of a speaker: of somebody who is quoted, too. */
  askSpeaker(block) {
    const name = element("input", { maxlength: 40, required: true, autocomplete: "off", "aria-label": text("speakerName") });
    ask(text("otherSpeaker"), [element("p", { class: "quiet" }, text("quotedHint")), name], [[text("ok"), () => name.value.trim()]], (role) => {
      if (!role) return;
      if (!this.roles.some((each) => each.role === role)) this.roles.push({ role, name: role });
      this.editing.setRole(block, role);
    });
  }

  // Undo ----------------------------------------------------------------------------------

  async undo() {
    await this.stepBack("undo");
  }

  async redo() {
    await this.stepBack("redo");
  }

  async stepBack(way) {
    try {
      await this.script.saved();
      this.isStepping = true;
      const { can_undo: undo, can_redo: redo } = await send(addressOf("api", this.name, way), {});
      this.undoable(undo, redo);
    } catch (error) {
      tell(error.message, true);
    }
  }

  // What the script tells -----------------------------------------------------------------

  undoable(canUndo, canRedo) {
    this.undoButton.disabled = !canUndo;
    this.redoButton.disabled = !canRedo;
  }

  state(name) {
    if (this.shownState === name) return;
    this.shownState = name;
    this.status.textContent = text(name);
    this.status.classList.toggle("trouble", name === "offline");
    if (name === "saving") this.unbuilt();
    if (name === "saved" && this.droppedToggle?.getAttribute("aria-pressed") === "true") this.showDropped(true);
  }

  /** Another tab, the disk or an undo changed these blocks. */
  followed(blocks, by) {
    this.unbuilt();
    if (blocks.some(({ kind }) => kind !== "paragraph")) this.listChapters();
    if (this.isStepping && !by) {
      this.isStepping = false;
      const block = blocks.find((each) => this.view.elements.has(each));
      if (block) this.view.place(block, Math.min(block.text.length, this.view.caret()?.at ?? 0));
    } else if (by === "disk") tell(text("changedOnDisk"));
    else if (by) tell(text("changedElsewhere"));
  }

  refusal(message, lost) {
    const shown = lost.map(({ text: own }) => element("p", { class: "version" }, own));
    ask(text("refusedEdit"), [element("p", {}, message), shown.length ? element("p", { class: "quiet" }, text("refusedHint")) : null, shown], [[text("ok"), () => "ok"]], () => {});
  }

  /** Show both versions of what was changed here and elsewhere; a person chooses. */
  conflict(mine, theirs, choose) {
    const shown = (blocks) => (blocks.length ? blocks.map(({ text: own }) => element("p", {}, own)) : element("p", { class: "quiet" }, text("gone")));
    const version = (name, blocks) => element("section", { class: "version", "aria-label": text(name) }, element("h3", {}, text(name)), shown(blocks));
    ask(
      text("conflict"),
      [element("p", { class: "quiet" }, text("conflictHint")), element("div", { class: "versions" }, version("mine", mine), version("theirs", theirs))],
      [
        [text("keepMine"), () => "mine"],
        [text("keepTheirs"), () => "theirs"],
        [text("keepBoth"), () => "both"],
      ],
      choose,
      "both",
    );
  }

  /** What a program wrote over an edit of this page: both are shown, one after another. */
  clashes(clashes) {
    for (const clash of clashes) {
      if (this.asked.has(clash.id)) continue;
      this.asked.add(clash.id);
      this.clashing = this.clashing.then(() => this.clash(clash));
    }
  }

  async clash({ id, mine, theirs }) {
    const choice = await new Promise((resolve) => this.conflict(mine, theirs, resolve));
    this.asked.delete(id);
    if (choice === "theirs") {
      await send(addressOf("api", this.name, "settle"), { id }).catch((error) => tell(error.message, true));
      return;
    }
    const block = this.script.byId.get(id);
    const kept = mine.map((plain) => Object.assign(this.script.fresh(plain.kind, plain.text, plain.role), { voice: plain.voice }));
    const at = block ? this.script.blocks.indexOf(block) : Math.min(1, this.script.blocks.length);
    const both = block && choice === "both" ? [block, ...kept] : kept;
    this.script.splice(at, block ? [block] : [], both, new Map(), id);
  }

  event(name, data) {
    this[`on_${name}`]?.(data);
  }

  /** An undo took a row out of the settings, or it was put there again. */
  on_row({ table, word, value, kept }) {
    tell(text(`${table}${kept ? "Kept" : "Taken"}`, { word, value }));
  }

  on_told({ text: own }) {
    tell(said(own));
  }

  /** So many pages have the episode in sight, of other browsers, too: tell of them. */
  on_tabs({ count }) {
    this.inSight = count - 1;
    this.tellTabs();
  }

  /** Find this browser's other tabs of the episode, of which the server sees only the one in sight. */
  findTabs() {
    this.others = new Set();
    const channel = new BroadcastChannel(`podcast ${this.name}`);
    channel.onmessage = ({ data }) => {
      if (data.isClosed) this.others.delete(data.tab);
      else this.others.add(data.tab);
      if (data.isNew) channel.postMessage({ tab });
      this.tellTabs();
    };
    channel.postMessage({ tab, isNew: true });
    addEventListener("pagehide", () => channel.postMessage({ tab, isClosed: true }));
  }

  tellTabs() {
    // A page that was just closed is still counted for a moment.
    clearTimeout(this.tabsTimer);
    this.tabsTimer = setTimeout(() => {
      const count = Math.max(this.inSight ?? 0, this.others.size);
      if (count && count !== this.toldTabs) tell(text("otherTabs", { n: count }));
      this.toldTabs = count;
    }, TABS_MS);
  }

  on_progress({ stage, chapter, chapters, share, left_s: left }) {
    this.isBuilding = true;
    this.drawBuild();
    const where = chapters ? text("ofChapters", { n: chapter, of: chapters }) : "";
    const rest = left === null || left === undefined ? "" : text("left", { time: lasting(left) });
    this.buildText.textContent = [nameOf("stage", stage), where, rest].filter(Boolean).join(" · ");
    if (share) this.buildBar.value = share;
    else this.buildBar.removeAttribute("value"); // it moves until it is known how far the build is
  }

  on_stopped() {
    if (!this.isBuilding) return; // it was told before: events begin with how the last build ended
    this.isBuilding = false;
    this.script.attend();
    byId("build").hidden = true;
    tell(text("cancelled"));
  }

  /** The page was out of sight, or lost its events: show what was built meanwhile. */
  async caughtUp({ built, stale, building, made }) {
    this.isBuilding = building;
    if (!building && byId("build").querySelector("progress")) byId("build").hidden = true;
    this.isBuilt = built;
    this.unbuilt(Boolean(built && !stale && !this.script.isUnsaved));
    if (made !== this.made) await this.take(made);
  }

  /** Take what was built into the player, and into the panel. */
  async take(made) {
    this.made = made;
    await this.episode.load(made);
    if (this.panels.shown === "files" || this.panels.shown === "check") this.panels.show(this.panels.shown);
  }

  async on_built({ fresh, made }) {
    this.isBuilding = false;
    this.isBuilt = true;
    byId("build").hidden = true;
    this.unbuilt(fresh !== false && !this.script.isUnsaved);
    tell(text("built"));
    await this.take(made);
    this.script.attend();
  }

  on_failed({ error }) {
    if (!this.isBuilding && this.failure === error) return; // it was told before
    this.failure = error;
    this.isBuilding = false;
    this.script.attend();
    byId("build").hidden = false;
    byId("build").replaceChildren(
      element("p", { class: "trouble", role: "alert" }, element("b", {}, text("failed")), isChinese ? "" : " ", said(error)),
      button(text("again"), () => this.build()),
      button("×", () => (byId("build").hidden = true), { class: "round", "aria-label": text("close") }),
    );
    this.unbuilt(false, false);
  }

  // Building ------------------------------------------------------------------------------

  async build() {
    clearTimeout(this.autoTimer);
    try {
      await this.script.saved();
      this.isBuilding = true;
      this.drawBuild();
      await send(addressOf("api", this.name, "build"), {});
    } catch (error) {
      this.on_failed({ error: error.message });
    }
  }

  drawBuild() {
    if (this.buildText?.isConnected && !byId("build").hidden) return;
    this.buildText = element("p", { role: "status" }, text("starting"));
    this.buildBar = element("progress", { max: 1, "aria-label": text("progress") });
    const cancel = button(text("cancel"), async () => {
      cancel.disabled = true;
      try {
        await send(addressOf("api", this.name, "cancel"), {});
      } catch (error) {
        tell(error.message, true);
      }
    });
    byId("build").hidden = false;
    byId("build").replaceChildren(this.buildText, this.buildBar, cancel);
  }

  /** Show whether the built episode is the script's, and build by itself if that is wanted. */
  unbuilt(isFresh = false, mayBuild = true) {
    this.isFresh = isFresh;
    this.buildButton.classList.toggle("fresh", isFresh);
    this.buildButton.textContent = text(isFresh ? "builtNow" : this.isBuilt ? "rebuild" : "build");
    clearTimeout(this.autoTimer);
    if (this.isAuto && mayBuild && !isFresh && this.isBuilt) {
      this.autoTimer = setTimeout(() => this.isBuilding || this.build(), AUTO_MS);
    }
  }

  /** Times of chapters and paragraphs, as they were built. */
  timed() {
    for (const [block, own] of this.view.elements) {
      if (block.kind !== "paragraph") continue;
      const start = this.episode.startOf(block);
      const shown = start === undefined ? "▶" : player.clock(start / 1000);
      const at = own.querySelector(".at");
      if (at.textContent === shown) continue;
      at.textContent = shown;
      at.setAttribute("aria-label", start === undefined ? text("hearParagraph") : text("playFrom", { time: shown }));
    }
    this.listChapters();
  }

  listChapters() {
    cancelAnimationFrame(this.chaptersFrame);
    this.chaptersFrame = requestAnimationFrame(() => this.drawChapters());
  }

  drawChapters() {
    const { blocks } = this.script;
    this.chapterBlocks = [];
    const rows = [];
    let part = null;
    for (const [at, block] of blocks.entries()) {
      if (block.kind === "part") part = block.text;
      if (block.kind !== "chapter") continue;
      const first = blocks.slice(at + 1, at + 40).find((each) => each.kind !== "paragraph" || this.episode.startOf(each) !== undefined);
      const start = first && this.episode.startOf(first);
      this.chapterBlocks.push(block);
      rows.push(
        element(
          "li",
          {},
          part === null ? null : element("span", { class: "part" }, part),
          element("a", { href: `#${this.view.elements.get(block)?.id ?? ""}` }, element("span", { class: "title" }, block.text), element("time", {}, start === undefined ? "" : player.clock(start / 1000))),
        ),
      );
      part = null;
    }
    byId("chapters").replaceChildren(...rows);
  }

  // What cleaning dropped -----------------------------------------------------------------

  async showDropped(isOn) {
    const turn = (this.droppedTurn = (this.droppedTurn ?? 0) + 1);
    const clear = () => document.querySelectorAll("#script .dropped").forEach((list) => list.remove());
    if (!isOn) return clear();
    let dropped;
    try {
      dropped = await get(addressOf("api", this.name, "dropped"));
    } catch (error) {
      return tell(error.message, true);
    }
    if (turn !== this.droppedTurn) return;
    clear();
    this.view.drawAll();
    const lists = new Map();
    for (const each of dropped) {
      const block = this.script.byId.get(each.after);
      if (!block || block.kind !== "paragraph") continue;
      if (!lists.has(block)) lists.set(block, []);
      lists.get(block).push(this.droppedRow(block, each));
    }
    for (const [block, rows] of lists) this.view.elements.get(block)?.append(element("ul", { class: "dropped", "aria-label": text("showDropped") }, rows));
    if (!lists.size) tell(text("nothingDropped"));
  }

  droppedRow(block, { offset, text: own, why }) {
    const before = block.text.slice(Math.max(0, offset - CONTEXT), offset);
    const after = block.text.slice(offset, offset + CONTEXT);
    const back = button("", () => this.editing.insert(block, Math.min(offset, block.text.length), own), {
      title: nameOf("why", why),
      "aria-label": text("bringBack", { text: own, why: nameOf("why", why) }),
    });
    back.append(before ? "…" : "", before, element("s", {}, own), after);
    return element("li", {}, back);
  }
}

const toggle = (label, isOn, act) => {
  const own = button(label, () => {
    const now = own.getAttribute("aria-pressed") !== "true";
    own.setAttribute("aria-pressed", String(now));
    act(now);
  }, { class: "toggle", "aria-pressed": String(isOn) });
  return own;
};

/** A question over the page; `answer` gets what the pressed button gives, or `closed`. */
const ask = (title, inside, choices, answer, closed = "") => {
  const dialog = element("dialog", { "aria-labelledby": "asked" }, element("h2", { id: "asked" }, title), inside);
  let given = closed;
  const form = element("form", { method: "dialog", class: "actions" });
  for (const [label, value] of choices) {
    form.append(element("button", { type: "submit", class: form.childElementCount ? "" : "main", click: () => (given = value()) }, label));
  }
  dialog.append(form);
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement) || event.isComposing) return;
    event.preventDefault();
    form.querySelector("button").click();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    answer(given);
  });
  document.body.append(dialog);
  dialog.showModal();
};
