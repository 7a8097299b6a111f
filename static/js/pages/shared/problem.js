/** A sentence beside a button, about what didn't work. */

import { find, setText } from "../../lib/dom.js";
import { gettext } from "../../lib/i18n.js";
import { Refusal } from "../../lib/post.js";

/**
 * @param {ParentNode} place
 * @param {string} text empty: nothing is wrong
 */
export function showProblem(place, text) {
  setText(find(place, "[data-part=problem]", HTMLElement), text);
  find(place, ".problem", HTMLElement).hidden = text === "";
}

/** Answers to those who are signed out or have lost a right since the page was opened. */
const DENIED = [401, 403, 404];

/** @param {unknown} error of lib/post.js: asking again would change nothing */
export function isDenied(error) {
  return error instanceof Refusal && DENIED.includes(error.status);
}

/**
 * @param {unknown} error of lib/post.js
 * @returns {string} what to say of it
 */
export function sentenceOf(error) {
  if (error instanceof Refusal && error.message) return error.message;
  if (isDenied(error)) {
    return gettext("You are signed out or no longer have permission. Reload this page.");
  }
  return gettext("Server unreachable. Try again in a moment.");
}

/**
 * @param {unknown} error of lib/passkeys.js, or of lib/post.js
 * @returns {string} what to say of it
 */
export function passkeySentence(error) {
  if (!(error instanceof DOMException)) return sentenceOf(error);
  if (error.name === "InvalidStateError") {
    return gettext("This device already has a passkey for your account.");
  }
  return gettext("The browser couldn't use a passkey. Try again.");
}
