"use strict";

const player = document.getElementById("player");
const said = [...document.querySelectorAll("span[data-at]")];
let now = null;

document.getElementById("file").addEventListener("change", (event) => {
  const [file] = event.target.files;
  if (!file) return;
  URL.revokeObjectURL(player.src);
  player.src = URL.createObjectURL(file);
});

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-at]");
  if (!target || !player.src) return;
  player.currentTime = Number(target.dataset.at) / 1000;
  player.play();
});

player.addEventListener("timeupdate", () => {
  const ms = player.currentTime * 1000;
  const found = said.findLast((each) => Number(each.dataset.at) <= ms);
  const heard = found && ms < Number(found.dataset.to) + 300 ? found : null;
  if (heard === now) return;
  now?.classList.remove("now");
  heard?.classList.add("now");
  now = heard;
});
