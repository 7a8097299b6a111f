/** Opens a share link: its secret, which only this browser knows, is exchanged for a cookie. */

import { find, setText } from "../../lib/dom.js";
import { gettext } from "../../lib/i18n.js";
import { Refusal, post } from "../../lib/post.js";

/** In the address of a frame whose link was opened: without its cookie, it would go on for ever. */
const OPENED = "?opened";

const WORDS = {
  none: gettext("This address is incomplete. Open the whole link as you received it."),
  ended: gettext("Ask the person who shared it for a new one."),
  unreachable: gettext("The server can't be reached. Check your connection and try again."),
  blocked: gettext("This browser blocks cookies in embedded pages. Open it in a new tab to watch."),
};

const page = find(document, "[data-link]", HTMLElement);
const retry = find(page, "[data-action=retry]", HTMLButtonElement);
const isEmbedded = page.dataset.embedded !== undefined;

async function open() {
  const secret = location.hash.slice(1);
  if (!secret) return say(WORDS.none);
  if (isEmbedded && location.search === OPENED) return offerNewTab();
  try {
    /** @type {Record<string, string>} */
    const embedded = isEmbedded ? { embedded: "1" } : {};
    const { url } = await post(page.dataset.open ?? "", { secret, ...embedded });
    // Of the two, only the frame keeps the secret in its address: its page has it anyway.
    location.replace(isEmbedded ? `${location.pathname}${OPENED}${location.hash}` : url);
  } catch (error) {
    if (error instanceof Refusal && error.message) say(`${error.message} ${WORDS.ended}`);
    else say(WORDS.unreachable, true);
  }
}

function offerNewTab() {
  say(WORDS.blocked);
  const link = find(page, "[data-part=elsewhere]", HTMLAnchorElement);
  link.hash = location.hash;
  link.hidden = false;
}

/**
 * @param {string} sentence
 * @param {boolean} [mayRetry]
 */
function say(sentence, mayRetry = false) {
  setText(find(page, "[data-part=sentence]", HTMLElement), sentence);
  retry.hidden = !mayRetry;
  find(page, "[data-part=why]", HTMLAnchorElement).hidden = !mayRetry;
}

retry.addEventListener("click", () => location.reload());
addEventListener("hashchange", () => location.reload());
void open();
