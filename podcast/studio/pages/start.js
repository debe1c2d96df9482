// The start page: a transcript is dropped or picked, looked at, and becomes an episode; below it are
// all episodes.

import { addressOf, get, send } from "./api.js";
import { button, byId, element, field, tell } from "./dom.js";
import { Settings, readOptions } from "./settings.js";
import { lasting, nameOf, said, text } from "./texts.js";

/** Show the start page; only its list if nothing may be written. */
export const start = async (mayWrite) => {
  document.body.classList.add("start");
  document.title = text("studio");
  byId("start").hidden = false;
  byId("start").replaceChildren(
    element("header", {}, element("h1", {}, text("studio")), element("p", { class: "byline" }, text(mayWrite ? "studioHint" : "readOnly"))),
    element("main", {}, mayWrite ? new Dropping().area : null, element("section", { id: "episodes" })),
  );
  await list(mayWrite);
  document.documentElement.classList.add("ready");
};

// The list --------------------------------------------------------------------------------

const list = async (mayWrite) => {
  const episodes = await get("/api/episodes");
  byId("episodes").replaceChildren(
    element("h2", {}, text("episodes")),
    episodes.length
      ? element("ul", { class: "episodes" }, episodes.map((each) => entry(each, mayWrite)))
      : element("p", { class: "quiet" }, text(mayWrite ? "noEpisodes" : "noneBuilt")),
  );
};

const entry = ({ name, title, built, date, length_s, cover }, mayWrite) => {
  const facts = [date, built ? length_s && lasting(length_s) : text("notBuilt")].filter(Boolean).join(" · ");
  const picture = cover
    ? element("img", { src: addressOf("files", name, "cover.jpg"), alt: "", loading: "lazy", width: 120, height: 120 })
    : element("span", { class: "blank", "aria-hidden": "true" }, (title || name).slice(0, 1));
  const page = addressOf("files", name, "index.html");
  const inside = [picture, element("b", {}, title || name), element("small", {}, facts)];
  return element(
    "li",
    {},
    mayWrite || built ? element("a", { href: mayWrite ? addressOf("edit", name) : page }, inside) : inside,
    mayWrite && built ? element("a", { class: "seen", href: page }, text("openPage")) : null,
  );
};

const LONG = 150_000; // characters, ten hours of speech: to try out more takes minutes

// A dropped file --------------------------------------------------------------------------

class Dropping {
  constructor() {
    this.transcript = null;
    this.recording = null;
    this.input = element("input", {
      id: "pick",
      type: "file",
      class: "hidden",
      multiple: true,
      change: () => this.take([...this.input.files]),
    });
    this.read = element("div", { id: "read" });
    this.area = element(
      "section",
      { "aria-label": text("newEpisode") },
      element(
        "div",
        { id: "drop" },
        element("p", { class: "large" }, text("drop")),
        this.input,
        element("label", { for: "pick", class: "main" }, text("pick")),
        element("p", { class: "quiet" }, text("dropHint")),
      ),
      this.read,
    );
    for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
      document.addEventListener(kind, (event) => this.dragged(event));
    }
  }

  dragged(event) {
    event.preventDefault();
    byId("drop").classList.toggle("over", event.type === "dragenter" || event.type === "dragover");
    if (event.type === "drop") this.take([...(event.dataTransfer?.files ?? [])]);
  }

  /** Take files: a transcript, or a recording that belongs to one. */
  async take(files) {
    let options;
    try {
      options = await readOptions();
    } catch (error) {
      tell(error.message, true);
      return;
    }
    for (const file of files) {
      if (options.recordings.some((suffix) => file.name.toLowerCase().endsWith(suffix))) this.recording = file;
      else this.transcript = file;
    }
    if (!this.transcript) {
      if (this.recording) tell(text("needsTranscript"), true);
      return;
    }
    this.read.replaceChildren(element("p", { class: "quiet" }, text("reading")));
    try {
      const query = new URLSearchParams({ file: this.transcript.name });
      const found = await send(`/api/read?${query}`, this.transcript);
      this.show(found, options);
      if (found.characters > LONG) this.foreseen.replaceChildren();
      else await this.foresee(query, this.transcript);
    } catch (error) {
      this.read.replaceChildren(element("p", { class: "trouble", role: "alert" }, error.message));
    }
  }

  /** Show what the program would make of the transcript by itself, once it knows. */
  async foresee(query, transcript) {
    const { foreseen, settings } = this;
    try {
      const { title, chapters, warnings } = await send(`/api/foresee?${query}`, transcript);
      foreseen.replaceChildren(
        element("p", { class: "quiet" }, text("foreseen", { title, n: chapters })),
        ...warnings.map((warning) => element("p", { class: "warning" }, said(warning))),
      );
      settings.title.placeholder = title;
    } catch (error) {
      foreseen.replaceChildren(element("p", { class: "warning" }, error.message));
    }
  }

  show(found, options) {
    this.saved = null;
    this.foreseen = element("div", { role: "status" }, element("p", { class: "quiet" }, text("foreseeing")));
    this.name = element("input", { value: found.name, required: true, maxlength: 100, autocomplete: "off" });
    this.settings = new Settings(() => this.keep(), options, {}, found.speakers);
    if (this.recording) this.settings.pick("recording", this.recording);
    const save = button(text("saveAndOpen"), () => this.save(save), { class: "main" });
    this.read.replaceChildren(
      element(
        "section",
        { class: "card", "aria-labelledby": "as-read" },
        element("h2", { id: "as-read", tabindex: -1 }, text("asRead", { file: this.transcript.name })),
        element("p", { class: "facts" }, factsOf(found, this.recording)),
        this.foreseen,
        element("ol", { class: "head", "aria-label": text("firstLines") }, found.head.map((line) => lineOf(line, found.speakers ?? []))),
        droppedOf(found.dropped ?? []),
        element("h2", {}, text("about")),
        field(text("name"), this.name, text("nameHint")),
        this.settings.form,
        element("p", { class: "actions" }, save),
      ),
    );
    byId("as-read").focus();
  }

  /** Save the transcript, once; the name that it has then. Throws Refused. */
  async keep() {
    if (!this.saved) {
      const query = new URLSearchParams({ name: this.name.value.trim(), file: this.transcript.name });
      this.saved = await send(`/api/seeds?${query}`, this.transcript);
      this.name.disabled = true;
    }
    return this.saved.name;
  }

  /** Save the transcript, its recording and its settings, and open the editor. */
  async save(from) {
    from.disabled = true;
    try {
      this.settings.values();
      const name = await this.keep();
      await this.settings.save(name);
      location.assign(addressOf("edit", name));
    } catch (error) {
      if (error.status === 409 && error.body.name) {
        this.name.value = error.body.name;
        this.name.focus();
        tell(text("nameTaken", { name: error.body.name }), true);
      } else tell(error.message, true);
      from.disabled = false;
    }
  }
}

const factsOf = ({ form, lines, characters, speakers, dropped }, recording) => {
  const facts = [
    text("form", { form: nameOf("form", form) }),
    text("lines", { n: lines }),
    text("characters", { n: characters }),
    speakers?.length ? text("speakers", { names: speakers.map(({ name }) => name).join("、") }) : text("oneSpeaker"),
    dropped?.length ? text("dropped", { n: dropped.length }) : text("nothingDropped"),
    recording ? text("recordingIs", { file: recording.name }) : null,
  ];
  return facts.filter(Boolean).map((fact) => element("span", {}, fact));
};

/** A line as it was read, after the name of who says it if the transcript names speakers. */
const lineOf = (line, speakers) => {
  const [, role = "", said = line] = /^\[([^\]]*)\] (.*)$/s.exec(line) ?? [];
  const name = speakers.find((each) => each.role === role)?.name;
  return element("li", {}, name ? element("b", {}, text("saidBy", { name })) : null, said);
};

const MOST_DROPPED = 200;

const droppedOf = (dropped) => {
  if (!dropped.length) return null;
  const rows = dropped
    .slice(0, MOST_DROPPED)
    .map(({ line, text: own, why }) => element("li", {}, element("small", {}, text("line", { n: line })), element("s", {}, own), element("small", {}, nameOf("why", why))));
  return element("details", {}, element("summary", {}, text("whatDropped", { n: dropped.length })), element("ul", { class: "dropped" }, rows));
};
