/** The button that adds a passkey. */

import { find } from "../../lib/dom.js";
import { gettext } from "../../lib/i18n.js";
import { hasPasskeys, isNotWanted, make } from "../../lib/passkeys.js";
import { post } from "../../lib/post.js";
import { passkeySentence, showProblem } from "../shared/problem.js";

/** @param {HTMLElement} place */
export function offerPasskey(place) {
  const button = find(place, "button", HTMLButtonElement);
  if (hasPasskeys()) {
    button.addEventListener("click", () => void add(place, button));
    return;
  }
  button.hidden = true;
  showProblem(
    place,
    gettext("This browser doesn't support passkeys. Update it or use another one."),
  );
}

/**
 * @param {HTMLElement} place
 * @param {HTMLButtonElement} button
 */
async function add(place, button) {
  const url = place.dataset.addPasskey ?? "";
  showProblem(place, "");
  button.disabled = true;
  try {
    const options = await post(url);
    const { confirm } = options.confirm
      ? options
      : await post(url, { answer: await make(options) });
    if (confirm) location.assign(confirm);
    else location.reload();
  } catch (error) {
    if (!isNotWanted(error)) showProblem(place, passkeySentence(error));
  } finally {
    button.disabled = false;
  }
}
