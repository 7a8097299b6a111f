import { find } from "../../lib/dom.js";
import { answer, post } from "../../lib/post.js";
import { WakeLock } from "../../lib/wake-lock.js";
import { Cursor } from "./cursor.js";
import { Screen } from "./screen.js";

const TIMEOUT_MS = 10_000;

/** @typedef {import("./screen.js").ScreenState & { url: string, open: string }} ScreenData */

/**
 * This page is a screen on a wall: nobody stands before it.
 *
 * @param {ScreenData} data
 * @param {import("../../watch/connection/source.js").Source} source
 */
export function keepScreen(data, source) {
  const revoked = find(document, "[data-part=revoked]", HTMLElement);
  new Screen(data, source, {
    ask: async () => answer(await get(data.url)),
    reopen: async () => post(data.open, { secret: location.hash.slice(1) }),
    reload: () => void reload(),
    dim: (isDimmed) => document.body.classList.toggle("dimmed", isDimmed),
    showRevoked: (isRevoked) => {
      revoked.hidden = !isRevoked;
    },
  });
  new WakeLock().hold();
  new Cursor(() => true);
  document.addEventListener("click", () => {
    if (document.fullscreenElement) return;
    // Refused inside a frame without permission.
    document.documentElement.requestFullscreen?.().catch(() => {});
  });
}

/** Only to a page that is there: the browser's own page of an error would stay. */
async function reload() {
  const page = await get(location.href).catch(() => null);
  if (page?.ok) location.reload();
}

/** @param {string} url */
function get(url) {
  return fetch(url, { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
}
