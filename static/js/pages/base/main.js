/** What every page has: the theme switch in the top bar, a page for when the server is away, notifications. */

import { noteSeen, unseen } from "../shared/unseen.js";
import { keepOfflinePage } from "./offline.js";

/** Nothing of what a page needs at first waits for notifications. */
const AFTER_MS = 2000;
const THEMES = ["auto", "light", "dark"];

// A screen has no top bar.
const button = document.querySelector("[data-theme-switch]");
if (button instanceof HTMLButtonElement) switchThemes(button);
keepOfflinePage();
if (globalThis.Notification?.permission === "granted") setTimeout(() => void notify(), AFTER_MS);
addEventListener("load", () => document.body.toggleAttribute("data-loaded", true));

// Whoever signs in next has lost nothing yet.
document.querySelector("[data-sign-out]")?.addEventListener("submit", () => noteSeen(unseen()));

/** By modules that are loaded by those alone who may have chosen some. */
async function notify() {
  const { startNotifications } = await import("../shared/notifications/start.js");
  await startNotifications();
}

/** @param {HTMLButtonElement} button */
function switchThemes(button) {
  button.addEventListener("click", () => {
    const now = document.documentElement.dataset.theme ?? "auto";
    apply(button, THEMES[(THEMES.indexOf(now) + 1) % THEMES.length]);
  });
  apply(button, document.documentElement.dataset.theme ?? "auto");
}

/**
 * @param {HTMLButtonElement} button
 * @param {string} theme
 */
function apply(button, theme) {
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
