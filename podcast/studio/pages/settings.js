// What a person sets beside the transcript: title, author, date, cover, voices and the recipe.

import { addressOf, get, send } from "./api.js";
import { button, element, field, tell } from "./dom.js";
import { nameOf, sentences, text, told } from "./texts.js";

const FIRST = ["host", "guest"]; // of the roles that are listed

/** The form of an episode's settings; `save()` gives what is set in it. */
export class Settings {
  /**
   * `options` is what the server says can be set; `set` what is set now. `ready` gives the name of
   * the episode, which it saves first if it is new: a voice is tried with an episode that is there.
   * `speakers` are those of the transcript, each with its role and its name.
   */
  constructor(ready, options, set, speakers = []) {
    this.ready = ready;
    this.options = options.options.map((option) =>
      option.name === "engine" ? { ...option, choices: options.engines } : option);
    this.set = set;
    this.recipe = new Map(); // option -> its input
    this.sounds = options.recordings; // how the names of files with sound end
    this.files = new Map(); // option -> a file that was picked for it
    this.removed = new Set(); // the options whose file was taken away
    this.cast = new Map(); // role -> its select
    this.cover = null; // a file that was picked
    const { title = "", author = "", date = "" } = set;
    this.title = element("input", { value: title, maxlength: 200, autocomplete: "off" });
    this.author = element("input", { value: author, maxlength: 200, autocomplete: "off" });
    this.date = element("input", { type: "date", value: date });
    this.picture = element("input", {
      type: "file",
      accept: "image/jpeg,image/png",
      change: () => (this.cover = this.picture.files[0] ?? null),
    });
    this.form = element(
      "div",
      { class: "settings" },
      element(
        "div",
        { class: "fields" },
        field(text("title"), this.title, text("titleHint")),
        field(text("author"), this.author),
        field(text("date"), this.date),
        field(text("cover"), this.picture, set.cover ? text("coverIs", { file: set.cover }) : text("coverHint")),
      ),
      this.voices(options, speakers),
      this.recipeForm(),
    );
  }

  voices(options, speakers) {
    const known = [...(options.roles ?? []), ...speakers.map(({ role }) => role), ...Object.keys(this.set.cast ?? {})];
    const roles = [...new Set([...FIRST.filter((role) => known.includes(role)), ...known])];
    const rows = roles.map((role) => {
      const now = this.set.cast?.[role] ?? "";
      const choices = [element("option", { value: "" }, text("defaultVoice"))];
      if (now && !options.voices.some((voice) => voice.name === now)) {
        choices.push(element("option", { value: now }, now));
      }
      for (const voice of options.voices) {
        choices.push(element("option", { value: voice.name }, told(voice) || voice.name));
      }
      const select = element("select", {}, choices);
      select.value = now;
      this.cast.set(role, select);
      const speaker = speakers.find((each) => each.role === role)?.name;
      const name = speaker && speaker !== roleName(role) ? text("speakerAs", { speaker, role: roleName(role) }) : roleName(role);
      const hear = button("▶", () => this.hear(role, select.value, hear), {
        class: "round",
        "aria-label": text("tryVoice", { name }),
      });
      const row = field(name, select);
      row.append(hear);
      row.classList.add("voice");
      return row;
    });
    return element("fieldset", {}, element("legend", {}, text("voices")), rows);
  }

  async hear(role, voice, from) {
    from.disabled = true;
    try {
      const body = { text: text("sample"), role, ...(voice ? { voice } : {}) };
      const sound = await send(addressOf("api", await this.ready(), "say"), body);
      this.audio?.pause();
      this.audio = new Audio(URL.createObjectURL(sound));
      await this.audio.play();
    } catch (error) {
      tell(error.message, true);
    } finally {
      from.disabled = false;
    }
  }

  recipeForm() {
    const rows = this.options.map((option) => {
      if (option.kind === "file") return this.fileField(option);
      const input = inputOf(option, this.set.recipe?.[option.name]);
      this.recipe.set(option, input);
      return field(nameOf("option", option.name), input, sentences(told(option), rangeOf(option)));
    });
    const summary = element("summary", {}, text("recipe"));
    return element("details", { class: "recipe" }, summary, element("div", { class: "fields" }, rows));
  }

  /** A field for a file with sound; it is sent to the server when the settings are saved. */
  fileField(option) {
    const set = this.set.recipe?.[option.name];
    const input = element("input", {
      type: "file",
      accept: this.sounds.join(","),
      change: () => this.pick(option.name, input.files[0]),
    });
    const row = field(nameOf("option", option.name), input, sentences(told(option), set ? text("fileIs", { file: set }) : ""));
    if (!set) return row;
    const remove = button(text("removeFile", { file: set }), () => {
      this.removed.add(option.name);
      remove.disabled = true;
    });
    row.append(remove);
    return row;
  }

  /** Take a file for an option; none if there is no file. */
  pick(name, file) {
    if (file) this.files.set(name, file);
    else this.files.delete(name);
  }

  /** What is set, as the server takes it; throws if a value cannot be. */
  values() {
    const recipe = {};
    for (const [option, input] of this.recipe) {
      input.setCustomValidity("");
      if (!input.checkValidity()) {
        input.closest("details").open = true;
        const { low, high, name: own } = option;
        const fault = text("badValue", { name: nameOf("option", own), low, high });
        input.setCustomValidity(fault);
        input.reportValidity();
        input.addEventListener("input", () => input.setCustomValidity(""), { once: true }); // so that it goes away
        throw new Error(fault);
      }
      const value = valueOf(option, input);
      if (value !== null) recipe[option.name] = value;
    }
    for (const { name, kind } of this.options) {
      const set = this.set.recipe?.[name];
      if (kind === "file" && set && !this.removed.has(name)) recipe[name] = set;
    }
    const cast = {};
    for (const [role, select] of this.cast) if (select.value) cast[role] = select.value;
    const [title, author, date] = [this.title, this.author, this.date].map((input) => input.value.trim());
    return { ...this.set, title, author, date, recipe, cast };
  }

  /** Send what is set to the server. Throws Refused. */
  async save(name) {
    const values = this.values();
    if (this.cover) {
      const query = new URLSearchParams({ name, file: this.cover.name });
      values.cover = this.set.cover = (await send(`/api/covers?${query}`, this.cover)).cover;
      this.cover = null; // it is there now, and is not sent again
    }
    for (const [option, file] of this.files) {
      tell(text("sending", { file: file.name }));
      const query = new URLSearchParams({ name: option === "recording" ? name : `${name}-${option}`, file: file.name });
      values.recipe[option] = (await send(`/api/recordings?${query}`, file)).recording;
      this.set.recipe = { ...this.set.recipe, [option]: values.recipe[option] };
      this.removed.delete(option);
      this.files.delete(option);
    }
    await send(addressOf("api", "seeds", name, "settings"), values, { method: "PUT" });
  }
}

/** What a role is called. */
export const roleName = (role) => nameOf("role", role);

const inputOf = (option, set) => {
  const { name, kind, low, high, choices } = option;
  if (kind === "bool" || choices) {
    const values = choices ?? [true, false];
    const named = (value) => (kind === "bool" ? text(value ? "yes" : "no") : nameOf(`choice_${name}`, String(value)));
    const select = element(
      "select",
      {},
      element("option", { value: "" }, text("default", { value: named(option.default) })),
      values.map((value) => element("option", { value: String(value) }, named(value))),
    );
    select.value = set === undefined || set === null ? "" : String(set);
    return select;
  }
  const isNumber = kind === "int" || kind === "float";
  const shown = option.default === null || option.default === "" ? text("none") : option.default;
  return element("input", {
    type: isNumber ? "number" : "text",
    min: isNumber ? low : null,
    max: isNumber ? high : null,
    step: kind === "int" ? 1 : isNumber ? "any" : null,
    value: set ?? "",
    placeholder: text("default", { value: shown }),
    autocomplete: "off",
  });
};

const valueOf = ({ kind, choices }, input) => {
  if (input.value === "") return null;
  if (kind === "bool") return input.value === "true";
  if (kind === "int" || kind === "float") return Number(input.value);
  return choices?.find((choice) => String(choice) === input.value) ?? input.value;
};

const rangeOf = ({ kind, low, high, choices }) => {
  if (choices || (kind !== "int" && kind !== "float") || low === null || low === undefined) return "";
  return text("range", { low, high });
};

/** What the server says can be set. */
export const readOptions = () => get("/api/options");
