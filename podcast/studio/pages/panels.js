// The panel at the side of the editor: find, names, what cleaning dropped, files, check, settings.

import { addressOf, follow, get, send } from "./api.js";
import { button, byId, element, field, tell } from "./dom.js";
import { Settings, readOptions } from "./settings.js";
import { nameOf, said, text, told } from "./texts.js";

/* global player */

const MOST_LISTED = 200;
const TEXTS = { "chapters.txt": "youtube", "chapters.bilibili.txt": "bilibili", "chapters.xiaoyuzhou.txt": "xiaoyuzhou" };

export class Panels {
  constructor(editor) {
    this.editor = editor;
    this.name = editor.name;
    this.panel = byId("panel");
    this.shown = "";
    this.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) this.close();
    });
  }

  /** Show one of the panels, or hide it if it is shown. */
  async toggle(which, ...given) {
    if (this.shown === which) return this.close();
    return this.show(which, ...given);
  }

  /** Show one of the panels, afresh if it is shown already. */
  async show(which, ...given) {
    this.checking?.abort();
    this.shown = which;
    const inside = element("div", { class: "inside" });
    const waiting = element("p", { class: "quiet waiting" }, text("wait"));
    this.panel.setAttribute("aria-label", text(which));
    this.panel.replaceChildren(
      element(
        "div",
        { class: "top" },
        element("h2", {}, text(which)),
        button("×", () => this.close(), { class: "round", "aria-label": text("close") }),
      ),
      waiting,
      inside,
    );
    this.panel.hidden = false;
    document.body.classList.add("with-panel");
    this.mark();
    try {
      await this[which](inside, ...given);
      waiting.remove();
    } catch (error) {
      waiting.remove();
      inside.replaceChildren(element("p", { class: "trouble", role: "alert" }, error.message));
    }
  }

  close() {
    this.checking?.abort();
    this.shown = "";
    this.panel.hidden = true;
    document.body.classList.remove("with-panel");
    this.mark();
    this.editor.view.paint("hits", []);
    this.editor.goBack();
  }

  mark() {
    for (const each of document.querySelectorAll("#bar [aria-controls='panel']")) {
      each.setAttribute("aria-expanded", String(each.id === `open-${this.shown}`));
    }
  }

  route(...parts) {
    return addressOf("api", this.name, ...parts);
  }

  // Places --------------------------------------------------------------------------------

  /** A list of places in the script, each of which is gone to at a click. */
  places(places) {
    const shown = places.slice(0, MOST_LISTED).map((place) => {
      const { text: around, at, length } = place;
      const row = button("", () => this.editor.goTo(place.id, place.offset, length), { class: "place" });
      const mark = element(place.new === undefined ? "mark" : "s", {}, around.slice(at, at + length));
      row.append(around.slice(0, at), mark, place.new === undefined ? "" : element("ins", {}, place.new), around.slice(at + length));
      return element("li", {}, row);
    });
    this.paint(places);
    return element("ol", { class: "places" }, shown);
  }

  paint(places) {
    const { view, script } = this.editor;
    const ranges = [];
    for (const { id, offset, length } of places) {
      const block = script.byId.get(id);
      if (block && view.elements.has(block)) ranges.push(view.range(block, offset, offset + length));
    }
    view.paint("hits", ranges);
  }

  told(places) {
    if (!places.length) return text("nothingFound");
    return text("found", { n: places.length }) + (places.length > MOST_LISTED ? text("firstOf", { n: MOST_LISTED }) : "");
  }

  /** Two fields, a look at the places, and a button that changes them all. */
  changing(inside, { from = "", to = "", fromLabel, toLabel, hint = "", look, apply, applyLabel, extra = null, needsBoth = false }) {
    const wanted = element("input", { value: from ?? "", autocomplete: "off", spellcheck: "false" });
    const other = element("input", { value: to ?? "", autocomplete: "off", spellcheck: "false" });
    const count = element("p", { class: "quiet", role: "status" });
    const list = element("div");
    const all = button(text(applyLabel), () => act(), { class: "main", disabled: true });
    let turn = 0;
    const see = async () => {
      const own = (turn += 1);
      all.disabled = true;
      if (!wanted.value.trim() || (needsBoth && !other.value.trim())) {
        list.replaceChildren();
        count.textContent = "";
        this.paint([]);
        return;
      }
      await this.editor.script.saved();
      try {
        const { places } = await look(wanted.value, other.value);
        if (own !== turn) return;
        count.textContent = this.told(places);
        list.replaceChildren(this.places(places));
        all.disabled = false;
      } catch (error) {
        if (own === turn) count.textContent = error.message;
      }
    };
    const act = async () => {
      all.disabled = true;
      try {
        await this.editor.script.saved();
        const { places = [] } = await apply(wanted.value, other.value);
        await see();
        count.textContent = text("changed", { n: places.length });
        tell(count.textContent);
      } catch (error) {
        tell(error.message, true);
      }
    };
    let waiting = 0;
    const later = () => {
      clearTimeout(waiting);
      waiting = setTimeout(see, 250);
    };
    for (const input of [wanted, other]) {
      input.addEventListener("input", (event) => !(/** @type {InputEvent} */ (event).isComposing) && later());
      input.addEventListener("compositionend", later);
      input.addEventListener("keydown", (event) => event.key === "Enter" && !event.isComposing && see());
    }
    inside.append(
      hint ? element("p", { class: "quiet" }, hint) : "",
      field(text(fromLabel), wanted),
      field(text(toLabel), other),
      element("p", { class: "actions" }, extra ? extra(wanted, other) : null, all),
      count,
      list,
    );
    wanted.focus();
    if (wanted.value) see();
  }

  find(inside, selected = "") {
    this.changing(inside, {
      from: selected,
      fromLabel: "findWhat",
      toLabel: "replaceBy",
      applyLabel: "replaceAll",
      look: (find) => send(this.route("find"), { find }),
      apply: (find, replace) => send(this.route("find"), { find, replace, apply: true }),
    });
  }

  names(inside, selected = "") {
    const writing = element("section", { "aria-label": text("alwaysWrite") }, element("h3", {}, text("alwaysWrite")));
    const saying = element("section", { "aria-label": text("alwaysSay") }, element("h3", {}, text("alwaysSay")));
    inside.append(writing, saying);
    this.changing(saying, {
      from: selected,
      hint: text("sayHint"),
      needsBoth: true,
      fromLabel: "written",
      toLabel: "saidAs",
      applyLabel: "sayAlways",
      look: (from, as) => send(this.route("pronounce"), { text: from, as, apply: false }),
      apply: (from, as) => send(this.route("pronounce"), { text: from, as, apply: true }),
      extra: (from, as) =>
        button(text("hearIt"), () => this.editor.saying.say({ text: from.value, role: "host", as: { [from.value]: as.value } })),
    });
    this.changing(writing, {
      from: selected,
      hint: text("writeHint"),
      needsBoth: true,
      fromLabel: "wrong",
      toLabel: "right",
      applyLabel: "writeAlways",
      look: (from, to) => send(this.route("glossary"), { from, to, apply: false }),
      apply: (from, to) => send(this.route("glossary"), { from, to, apply: true }),
    });
  }

  // What was made -------------------------------------------------------------------------

  async files(inside) {
    const files = await get(this.route("files"));
    const there = new Set(files.map(({ path }) => path));
    const copies = Object.entries(TEXTS)
      .filter(([path]) => there.has(path))
      .map(([path, site]) => [path, nameOf("site", site)]);
    const page = element("a", { href: addressOf("files", this.name, "index.html"), target: "_blank", rel: "noopener" }, text("openPage"));
    inside.append(
      there.has("index.html") ? element("p", { class: "actions" }, page) : element("p", { class: "quiet" }, text("notBuiltYet")),
      copies.length ? element("h3", {}, text("copyFor")) : "",
      element("p", { class: "actions" }, copies.map(([path, site]) => button(text("copy", { site }), () => this.copy(path, site)))),
      files.length ? element("h3", {}, text("allFiles")) : "",
      element("ul", { class: "files-list" }, files.map((file) => this.file(file))),
    );
  }

  file({ path, what_for: what, size }) {
    const link = element("a", { href: addressOf("files", this.name, path), download: path.split("/").at(-1) }, path);
    return element("li", {}, link, element("small", {}, [told(what), sizeOf(size)].filter(Boolean).join(" · ")));
  }

  async copy(path, site) {
    const answer = await fetch(addressOf("files", this.name, path));
    const copied = await answer.text();
    try {
      await navigator.clipboard.writeText(copied);
      tell(text("copied", { site }));
    } catch {
      // A browser that lets no page write the clipboard: the text is shown, to be copied by hand.
      const area = element("textarea", { readonly: true, rows: 8, "aria-label": text("copy", { site }) }, copied);
      this.panel.querySelector(".inside").prepend(area);
      area.select();
    }
  }

  /** Look for faults, which takes minutes for a long episode; it ends when the panel is closed. */
  async check(inside) {
    if (!this.editor.isBuilt) {
      inside.append(element("p", { class: "quiet" }, text("notCheckedYet")));
      return;
    }
    const going = (this.checking = new AbortController());
    const bar = element("progress", { max: 1, "aria-label": text("progress") });
    const cancel = button(text("cancel"), () => this.close());
    inside.append(element("p", { class: "quiet" }, text("checking")), element("p", { class: "actions" }, bar, cancel));
    const last = { found: [], error: "" };
    try {
      await follow(this.route("check"), going.signal, (told) => {
        if (told.share === undefined) Object.assign(last, told);
        else if (told.share) bar.value = told.share;
      });
    } catch (error) {
      if (error.name === "AbortError") return;
      throw error;
    }
    if (last.error) throw new Error(said(last.error));
    inside.replaceChildren();
    this.findings(inside, last.found);
  }

  findings(inside, found) {
    if (!found.length) {
      inside.append(element("p", {}, text("allWell")));
      return;
    }
    const rows = found.map(({ what, id, time_s: seconds, text: own }) => {
      const block = id && this.editor.script.byId.get(id);
      const hasTime = typeof seconds === "number";
      const time = hasTime ? element("time", {}, player.clock(seconds)) : null;
      const inner = [time, " ", element("b", {}, said(what)), " ", said(own)];
      if (!block && !hasTime) return element("li", {}, inner);
      return element("li", {}, button(inner, () => this.editor.goToFinding(block, seconds), { class: "place" }));
    });
    inside.append(element("p", { class: "quiet" }, text("findings", { n: found.length })), element("ol", { class: "places" }, rows));
  }

  async settings(inside) {
    const seed = this.editor.seedName;
    const [options, set] = await Promise.all([readOptions(), get(addressOf("api", "seeds", seed, "settings"))]);
    const settings = new Settings(async () => this.name, options, set, this.editor.roles);
    const [first] = this.editor.script.blocks;
    if (first?.kind === "title") settings.title.placeholder = first.text;
    const save = button(text("save"), async () => {
      try {
        await settings.save(seed);
        tell(text("settingsSaved"));
      } catch (error) {
        tell(error.message, true);
      }
    }, { class: "main" });
    inside.append(settings.form, element("p", { class: "actions" }, save));
  }

  keys(inside) {
    const rows = text("allKeys").split("\n").map((row) => {
      const [keys, what] = row.split("|");
      return element("div", {}, element("dt", {}, keys.split(" ").map((key) => [element("kbd", {}, key), " "])), element("dd", {}, what));
    });
    inside.append(element("dl", { class: "all-keys" }, rows));
  }
}

const sizeOf = (bytes) => {
  if (bytes === undefined || bytes === null) return "";
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
};
