// A sentence of the program, which speaks English -> the same in Chinese, by the rows of sentences.js.
// A sentence that has no row, as one of another program has none, stays as it is.

import rows from "./sentences.js";
import zh from "./zh.js";

const DEEPEST = 5; // a value in a sentence may be a sentence with values itself, and so on
const LONGEST = 1000; // characters of a sentence; what is longer is no sentence of this program
const KINDS = ["option", "role", "form", "why"]; // of texts that have a name of the program
const SETTINGS = ["title", "author", "date", "cover"]; // settings whose names are names of texts

const SHORT = 8; // characters of a row beside its values; such a row looks like a part of many sentences
const FEW = 2; // words in each value of such a row, at most

const table = rows.map(([english, chinese]) => {
  const pieces = english.split("{}");
  return { pieces, chinese, isShort: pieces.join("").length < SHORT };
});
const texts = /** @type {Record<string, string>} */ (zh);

/**
 * The values of a sentence that has these pieces between them, or null if it is another sentence.
 * @param {string} sentence @param {string[]} pieces @returns {string[] | null}
 */
const valuesOf = (sentence, pieces) => {
  if (pieces.length === 1) return sentence === pieces[0] ? [] : null;
  const [first, ...more] = pieces;
  const last = /** @type {string} */ (more.pop());
  if (!sentence.startsWith(first) || !sentence.endsWith(last)) return null;
  const values = [];
  let from = first.length;
  for (const piece of more) {
    const at = sentence.indexOf(piece, from);
    if (at < 0) return null;
    values.push(sentence.slice(from, at));
    from = at + piece.length;
  }
  const end = sentence.length - last.length;
  return end < from ? null : [...values, sentence.slice(from, end)];
};

/** A row's Chinese with its values; a space beside one that is Chinese, or in quotes, goes away. */
const filled = (/** @type {string} */ chinese, /** @type {string[]} */ values) =>
  chinese.replace(/( ?)\{(\d)\}( ?)/g, (_, before, number, after) => {
    const value = values[number - 1];
    return `${/^[\u201c\u3400-\u9fff]/.test(value) ? "" : before}${value}${/[\u201d\u3400-\u9fff]$/.test(value) ? "" : after}`;
  });

/** How much of a sentence is still in Latin letters. @param {string} sentence */
const rest = (sentence) => sentence.replace(/[^a-z]/gi, "").length;

/**
 * A sentence by the row that leaves the least of it in English: a part of a sentence can look like
 * another sentence. `known` has the sentences that were looked for already.
 * @param {string} sentence @param {number} deep @param {Map<string, string>} known @returns {string}
 */
const sentenceOf = (sentence, deep, known) => {
  if (deep > DEEPEST || sentence.length > LONGEST || !rest(sentence)) return sentence;
  let best = known.get(sentence);
  if (best !== undefined) return best;
  best = sentence;
  known.set(sentence, best);
  for (const { pieces, chinese, isShort } of table) {
    const values = valuesOf(sentence, pieces);
    if (!values || (isShort && values.some((value) => value.split(" ").length > FEW))) continue;
    const made = filled(chinese, values.map((value) => valueOf(value, deep + 1, known)));
    if (best === sentence || rest(made) < rest(best)) best = made;
  }
  known.set(sentence, best);
  return best;
};

/**
 * A value in a sentence: a text in quotes, a name, a sentence, or something that stays as it is.
 * @param {string} value @param {number} deep @param {Map<string, string>} known @returns {string}
 */
const valueOf = (value, deep, known) => {
  const quoted = /^(['"])(.*)\1$/s.exec(value);
  if (quoted) return `“${quoted[2]}”`;
  const names = KINDS.map((kind) => `${kind}_${value.replace(/\W+/g, "_")}`);
  const name = [...names, SETTINGS.includes(value) ? value : ""].find((each) => each in texts);
  return name ? texts[name] : sentenceOf(value, deep, known);
};

/** What the program says, in Chinese. @param {string} sentence */
export const inChinese = (sentence) => sentenceOf(sentence, 0, new Map());
