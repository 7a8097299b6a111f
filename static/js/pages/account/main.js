/** The account page adds passkeys. */

import { find } from "../../lib/dom.js";
import { gettext } from "../../lib/i18n.js";
import { hasPasskeys, isNotWanted, make } from "../../lib/passkeys.js";
import { post } from "../../lib/post.js";
import { passkeySentence, showProblem } from "../shared/problem.js";

const place = find(document, "[data-add-passkey]", HTMLElement);
const button = find(place, "button", HTMLButtonElement);
const url = place.dataset.addPasskey ?? "";

if (hasPasskeys()) {
  button.addEventListener("click", () => void add());
} else {
  button.hidden = true;
  showProblem(
    place,
    gettext("This browser doesn't support passkeys. Update it or use another one."),
  );
}

async function add() {
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
