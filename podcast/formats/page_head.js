"use strict";

// Runs before anything is drawn, so that the page is drawn as it will stay: with this class the
// list of chapters of a narrow window is a sheet out of sight, without it the list stands in the
// page. If the page's own script has not come to its end, the page is one without scripts.
document.documentElement.classList.add("js");
document.addEventListener("DOMContentLoaded", () => {
  const { classList } = document.documentElement;
  if (!classList.contains("ready")) classList.remove("js");
});
