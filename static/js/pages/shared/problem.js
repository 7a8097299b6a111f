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

/**
 * @param {unknown} error
 * @returns {string} what to say of it
 */
export function sentenceOf(error) {
  if (error instanceof Refusal && error.message) return error.message;
  if (error instanceof DOMException && error.name === "InvalidStateError") {
    return gettext("This device already has a passkey for your account.");
  }
  if (error instanceof DOMException)
    return gettext("The browser couldn't use a passkey. Try again.");
  return gettext("Server unreachable. Try again in a moment.");
}
