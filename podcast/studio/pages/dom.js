// Elements of the page. Texts are always set as text: nothing here reads HTML.

/** The element that has this id. @param {string} id */
export const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * A new element with its attributes and what is in it; strings become text.
 *
 * An attribute whose value is a function listens to the event of that name; one that is true is
 * there without a value; one that is false, null or undefined is not there.
 */
export const element = (name, attributes = {}, ...inside) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(key, String(value));
    }
  }
  made.append(...inside.flat(Infinity).filter((each) => each !== null && each !== undefined));
  return made;
};

/** A button that acts at a click. */
export const button = (text, click, attributes = {}) =>
  element("button", { type: "button", click, ...attributes }, text);

/** A field of a form with its label. */
export const field = (label, input, hint = "") => {
  input.id ||= `f${(fields += 1)}`;
  const told = hint ? element("small", { id: `${input.id}-hint` }, hint) : null;
  if (told) input.setAttribute("aria-describedby", told.id);
  return element("div", { class: "field" }, element("label", { for: input.id }, label), input, told);
};
let fields = 0;

/** A copy of what stands in one of the page's templates. */
export const copied = (name) =>
  /** @type {HTMLElement} */ (
    /** @type {HTMLTemplateElement} */ (byId(`${name}-of-script`)).content.firstElementChild.cloneNode(true)
  );

const READ_MS = 120; // that a person takes for a character
let ended = 0;

/** Tell a person something, aloud to who hears the page. */
export const tell = (text, isTrouble = false) => {
  const told = byId("told");
  told.textContent = text;
  told.classList.toggle("trouble", isTrouble);
  clearTimeout(ended);
  ended = setTimeout(() => (told.textContent = ""), isTrouble ? 15000 : Math.max(5000, text.length * READ_MS));
};
