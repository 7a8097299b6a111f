import { gettext } from "../../lib/i18n.js";
import { Refusal } from "../../lib/post.js";

const AGAIN_WHEN_REVOKED_MS = 60_000;
const AGAIN_WHEN_UNREACHABLE_MS = 5000;

/**
 * @typedef {object} Page
 * @property {(secret: string) => Promise<{ url: string }>} ask the server; throws as `post` does
 * @property {(url: string) => void} show the wall
 * @property {(words: string) => void} say
 */

/**
 * Exchanges the secret of a link for the address of its wall.
 *
 * @param {string} secret
 * @param {Page} page
 */
export async function openLink(secret, page) {
  if (!secret) {
    page.say(gettext("This address is incomplete. Open the whole address of the screen."));
    return;
  }
  try {
    const { url } = await page.ask(secret);
    page.show(url);
  } catch (error) {
    const isRefused = error instanceof Refusal && error.status < 500;
    page.say(isRefused ? revoked() : unreachable());
    const waitMs = isRefused ? AGAIN_WHEN_REVOKED_MS : AGAIN_WHEN_UNREACHABLE_MS;
    setTimeout(() => void openLink(secret, page), waitMs);
  }
}

function revoked() {
  return gettext(
    "This screen's access was revoked. Ask the person who set it up for a new link. This screen checks its access every minute.",
  );
}

function unreachable() {
  return gettext("The server can't be reached. This screen keeps trying.");
}
