/** The page in place of one that can't be loaded: it asks for that one until the server answers. */

import { find } from "../../lib/dom.js";
import { VisibleInterval } from "../../lib/visible-interval.js";

const ASK_EVERY_MS = 5000;

find(document, "[data-action=retry]", HTMLButtonElement).addEventListener("click", () => {
  location.reload();
});
addEventListener("online", () => location.reload());
new VisibleInterval(() => void ask(), ASK_EVERY_MS);

async function ask() {
  try {
    await fetch(location.href, { method: "HEAD" });
  } catch {
    // Still nobody there: this page says so.
    return;
  }
  location.reload();
}
