/** Signs in with a passkey: by the button, or chosen in the name's field where browsers offer it. */

import { find } from "../../lib/dom.js";
import { ask, hasPasskeys, isNotWanted, offersInField } from "../../lib/passkeys.js";
import { post } from "../../lib/post.js";
import { passkeySentence, showProblem } from "../shared/problem.js";

/** What was begun so long ago is begun anew: the server takes no answer after ten minutes. */
const ANEW_AFTER_MS = 8 * 60_000;

const place = find(document, "[data-passkey]", HTMLElement);
const { passkey: url = "", begin = "" } = place.dataset;
const isSecondStep = "secondStep" in place.dataset;
// The language menu has a field of this name, too.
const next = place.closest("form")?.querySelector("[name=next]");
let waiting = new AbortController();

if (hasPasskeys()) {
  place.hidden = false;
  find(place, "button", HTMLButtonElement).addEventListener("click", () => void signIn());
  if (!isSecondStep && (await offersInField())) void offer();
}

/** @param {CredentialRequestOptions} [more] */
async function signIn(more = {}) {
  // A browser asks for one passkey at a time.
  waiting.abort();
  waiting = new AbortController();
  const { signal } = waiting;
  try {
    /** @type {Record<string, string>} */
    const fields = isSecondStep ? { second_step: "1" } : {};
    const { options, token } = await post(begin, fields);
    const answer = await ask(options, { ...more, signal });
    const { url: there } = await post(url, { token, answer, next: nextPage() });
    location.assign(there);
  } catch (error) {
    if (!isNotWanted(error)) showProblem(place, passkeySentence(error));
  }
}

/** In the name's field, for as long as the page is open. */
async function offer() {
  const timer = setInterval(() => void signIn({ mediation: "conditional" }), ANEW_AFTER_MS);
  find(place, "button", HTMLButtonElement).addEventListener("click", () => clearInterval(timer));
  await signIn({ mediation: "conditional" });
}

function nextPage() {
  return next instanceof HTMLInputElement ? next.value : "";
}
