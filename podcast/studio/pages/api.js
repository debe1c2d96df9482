// Questions to the studio's server, and its answers.

import { said, text } from "./texts.js";

/** What the server refused, in one sentence; `status` and `body` are its answer. */
export class Refused extends Error {
  constructor(message, status, body) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

export const tab = crypto.getRandomValues(new Uint32Array(2)).join("-");
let token = "";

/** Take the token from the address, from this tab's memory or from another tab that has it. */
export const findToken = async () => {
  const address = new URL(location.href);
  const given = address.searchParams.get("token");
  if (given) {
    sessionStorage.setItem("token", given);
    address.searchParams.delete("token");
    history.replaceState(null, "", address);
  }
  token = sessionStorage.getItem("token") ?? "";
  const others = new BroadcastChannel("podcast");
  if (!token) token = await askOthers(others);
  if (token) sessionStorage.setItem("token", token);
  others.onmessage = ({ data }) => {
    if (data === "token?" && token) others.postMessage({ token });
  };
  return Boolean(token);
};

const askOthers = (others) =>
  new Promise((resolve) => {
    others.onmessage = ({ data }) => data?.token && resolve(data.token);
    others.postMessage("token?");
    setTimeout(() => resolve(""), 300);
  });

/** The address of an episode's route or file. */
export const addressOf = (...parts) => `/${parts.flatMap((part) => part.split("/")).map(encodeURIComponent).join("/")}`;

const asked = async (address, options) => {
  let answer;
  try {
    answer = await fetch(address, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(text("noServer"), 0, {});
  }
  if (answer.ok) return answer;
  const body = await answer.json().catch(() => ({}));
  throw new Refused(body.error ? said(body.error) : text("refused", { status: answer.status }), answer.status, body);
};

/** What the server has at an address. Throws Refused. */
export const get = async (address) => (await asked(address, {})).json();

/**
 * Ask for something that takes long: `told` is called with each table that the server sends.
 * Throws Refused, or an AbortError once `signal` says so.
 * @param {string} address @param {AbortSignal} signal @param {(table: any) => void} told
 */
export const follow = async (address, signal, told) => {
  const answer = await asked(address, { signal });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    const lines = (rest + piece.value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) told(JSON.parse(line));
  }
};

/**
 * The answer to a request that writes or speaks. Throws Refused.
 * @param {string} address @param {unknown} [body] @param {RequestInit} [options]
 */
export const send = async (address, body, { method = "POST", headers = {}, ...options } = {}) => {
  const isFile = body instanceof Blob;
  const answer = await asked(address, {
    method,
    headers: {
      "X-Token": token,
      "Content-Type": isFile ? "application/octet-stream" : "application/json",
      ...headers,
    },
    body: isFile ? body : JSON.stringify(body ?? {}),
    ...options,
  });
  const kind = answer.headers.get("Content-Type") ?? "";
  if (kind.startsWith("audio/")) return answer.blob();
  return kind.includes("json") ? answer.json() : null;
};
