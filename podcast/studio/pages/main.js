// The studio's page: its address says whether it is the start page or the editor of an episode.

import { findToken } from "./api.js";
import { byId, element } from "./dom.js";
import { edit } from "./editor.js";
import { start } from "./start.js";
import { isChinese, sentences, text } from "./texts.js";

const run = async () => {
  document.documentElement.lang = isChinese ? "zh-Hans" : "en";
  const mayWrite = await findToken();
  const [, room, name] = location.pathname.split("/");
  if (room === "edit" && name) await edit(decodeURIComponent(name));
  else await start(mayWrite);
};

run().catch((error) => {
  byId("start").hidden = false;
  byId("start").append(element("main", {}, element("p", { class: "trouble", role: "alert" }, sentences(text("trouble"), error.message))));
  document.documentElement.classList.add("ready");
  if (!error.status) console.error(error);
});
