// What the page says, in the language of the browser: Chinese, or else English.

import { inChinese } from "./chinese.js";
import en from "./en.js";
import zh from "./zh.js";

export const isChinese = !navigator.language || /^zh\b/i.test(navigator.language);
const table = isChinese ? zh : en;

/** The text of this name; `{x}` in it is replaced by `values.x`. */
export const text = (name, values = {}) =>
  (table[name] ?? name).replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));

/** What the server calls by an English name, in the browser's language if that has a text for it. */
export const nameOf = (kind, name) => table[`${kind}_${name.replace(/\W+/g, "_")}`] ?? name;

/** What is told in both languages, in that of the browser. */
export const told = (both) => (typeof both === "string" ? both : both?.[isChinese ? "zh" : "en"] ?? "");

/** What the program says in a sentence, in the language of the browser. */
export const said = (sentence) => (isChinese ? inChinese(sentence) : sentence);

/** Sentences one after another; in Chinese there is no space between them. */
export const sentences = (...all) => all.filter(Boolean).join(isChinese ? "" : " ");

/** A length of time in words. */
export const lasting = (seconds) => {
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (seconds < 60) return text("seconds", { n: Math.max(1, Math.round(seconds)) });
  if (minutes < 60) return text("minutes", { n: minutes });
  return text("hours", { h: Math.floor(minutes / 60), n: minutes % 60 });
};
