/** The order of the cameras, and since when each is in its state. */

import { NONE } from "../../lib/format.js";
import { cameraState } from "../../watch/state.js";

/** @typedef {import("../shared/stats.js").CameraStats} Camera */

/** What needs attention comes first. */
const URGENCY = ["lost", "unknown", "connecting", "paused", "live", "off"];

/**
 * @param {Camera} one
 * @param {Camera} other
 */
function byName(one, other) {
  return one.name.localeCompare(other.name) || (one.camera < other.camera ? -1 : 1);
}

/** @param {Camera} camera */
function urgency({ state, reason }) {
  return URGENCY.indexOf(cameraState(state, reason));
}

/**
 * @param {Camera} one
 * @param {Camera} other
 */
function byState(one, other) {
  return urgency(one) - urgency(other) || byName(one, other);
}

export const ORDERS = { name: byName, state: byState };

/**
 * The time of day, or the date if it was another day.
 *
 * @param {string | null} time ISO 8601
 * @param {Date} [now]
 */
export function since(time, now = new Date()) {
  if (time === null) return NONE;
  const date = new Date(time);
  return date.toDateString() === now.toDateString()
    ? date.toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" })
    : date.toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "short" });
}
