/** The order of a wall's cameras, and the one that this browser showed last. */

import { keep, kept } from "../../lib/storage.js";

const KEY = "wall-order";

/** Gate 2 comes before Gate 10. */
const names = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** @typedef {{ id: string, name: string }} Named */

/** As it was kept last. */
let shown = "";

/**
 * By hand, as far as somebody put them in order; the others after these, by name.
 *
 * @template {Named} Camera
 * @param {Camera[]} cameras
 * @param {string[]} byHand ids; those of cameras that are gone do no harm
 * @returns {Camera[]}
 */
export function inOrder(cameras, byHand) {
  const places = new Map(byHand.map((id, place) => [id, place]));
  const placeOf = (/** @type {Camera} */ { id }) => places.get(id) ?? byHand.length;
  return [...cameras].sort(
    (one, other) =>
      placeOf(one) - placeOf(other) ||
      names.compare(one.name, other.name) ||
      (one.id < other.id ? -1 : 1),
  );
}

/** @param {string[]} ids of the cameras, as a wall shows them */
export function rememberOrder(ids) {
  if (shown === ids.join()) return;
  shown = ids.join();
  keep(KEY, ids);
}

/**
 * As the wall showed them last; those that no wall has shown yet come after these, by name.
 *
 * @template {Named} Camera
 * @param {Camera[]} cameras
 */
export function inWallOrder(cameras) {
  return inOrder(cameras, kept(KEY) ?? []);
}
