/** The order in which a wall last showed its cameras, remembered by this browser. */

import { keep, kept } from "../../lib/storage.js";

const KEY = "wall-order";

/** Gate 2 comes before Gate 10. */
const names = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** @param {string[]} ids of the cameras, as they are shown */
export function rememberOrder(ids) {
  keep(KEY, ids);
}

/**
 * Those that no wall has shown yet come last, by name.
 *
 * @template {{ id: string, name: string }} Camera
 * @param {Camera[]} cameras
 */
export function inWallOrder(cameras) {
  /** @type {string[]} */
  const ids = kept(KEY) ?? [];
  const places = new Map(ids.map((id, place) => [id, place]));
  const placeOf = (/** @type {Camera} */ { id }) => places.get(id) ?? ids.length;
  return [...cameras].sort(
    (one, other) => placeOf(one) - placeOf(other) || names.compare(one.name, other.name),
  );
}
