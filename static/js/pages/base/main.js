/** The theme switch in the top bar: automatic, light, dark, remembered on this device. */

import { find } from "../../lib/dom.js";
import { keepOfflinePage } from "./offline.js";

const THEMES = ["auto", "light", "dark"];

const button = find(document, "[data-theme-switch]", HTMLButtonElement);
button.addEventListener("click", () => {
  const now = document.documentElement.dataset.theme ?? "auto";
  apply(THEMES[(THEMES.indexOf(now) + 1) % THEMES.length]);
});
apply(document.documentElement.dataset.theme ?? "auto");
keepOfflinePage();
addEventListener("load", () => document.body.toggleAttribute("data-loaded", true));

/** @param {string} theme */
function apply(theme) {
  document.documentElement.dataset.theme = theme;
  const label = button.dataset[theme] ?? "";
  button.title = label;
  button.setAttribute("aria-label", label);
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }
}
