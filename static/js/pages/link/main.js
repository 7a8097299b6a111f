/** Opens a share link: its secret, which only this browser knows, is exchanged for a cookie. */

import { find, setText } from "../../lib/dom.js";
import { gettext } from "../../lib/i18n.js";
import { Refusal, post } from "../../lib/post.js";

const WORDS = {
  none: gettext("This address is incomplete. Open the whole link as you received it."),
  ended: gettext("Ask the person who shared it for a new one."),
  unreachable: gettext("The server can't be reached. Check your connection and try again."),
};

const page = find(document, "[data-link]", HTMLElement);
const retry = find(page, "[data-action=retry]", HTMLButtonElement);

async function open() {
  const secret = location.hash.slice(1);
  if (!secret) return say(WORDS.none);
  try {
    const { url } = await post(page.dataset.open ?? "", { secret });
    // Without the secret in the history.
    location.replace(url);
  } catch (error) {
    if (error instanceof Refusal) say(`${error.message} ${WORDS.ended}`);
    else say(WORDS.unreachable, true);
  }
}

/**
 * @param {string} sentence
 * @param {boolean} [mayRetry]
 */
function say(sentence, mayRetry = false) {
  setText(find(page, "[data-part=sentence]", HTMLElement), sentence);
  retry.hidden = !mayRetry;
}

retry.addEventListener("click", () => location.reload());
addEventListener("hashchange", () => location.reload());
void open();
