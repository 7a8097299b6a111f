/**
 * Which cameras were lost and not seen since, in any page of this browser: their number is the badge
 * of the installed app.
 */

import { keep, kept } from "../../lib/storage.js";

const KEY = "skysentry.unseen";

/** @returns {string[]} their ids */
export function unseen() {
  return kept(KEY) ?? [];
}

/** @param {string} id of a camera that was lost just now */
export function noteUnseen(id) {
  change([...new Set([...unseen(), id])]);
}

/** @param {string[]} ids of cameras that somebody has seen, or that are gone */
export function noteSeen(ids) {
  change(unseen().filter((id) => !ids.includes(id)));
}

/**
 * For what happens all the time, such as moves of the pointer: nothing is stored unless it was lost.
 *
 * @param {string} id of a camera that somebody looks at
 */
export function noteLookedAt(id) {
  if (unseen().includes(id)) noteSeen([id]);
}

/** @param {string[]} ids */
function change(ids) {
  keep(KEY, ids);
  // Refused where the app isn't installed, or may show nothing.
  navigator.setAppBadge?.(ids.length).catch(() => {});
}

/** @param {(ids: string[]) => void} hear those that are left when another page has seen some */
export function onSeenElsewhere(hear) {
  addEventListener("storage", ({ key }) => {
    if (key === KEY) hear(unseen());
  });
}
