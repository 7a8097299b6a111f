/** Whether a camera's picture is good, and if not what is the matter: decisions on measured facts. */

/** Of 255: below this, people are no more than shapes. */
const DARK = 40;
/** Below this a camera exposes longer than a frame lasts, and gives fewer of them. */
const DIM = 110;
/** A share of the frames asked for; a measurement of a second is off by one or two. */
const ENOUGH_FRAMES = 0.75;

/** @typedef {NonNullable<import("../../../publish/worker-messages.js").Report["limit"]>} Limit */
/** @typedef {"no_picture" | "dark" | "dim" | "slow" | Limit | "good" | "good_so_far"} Verdict */

/**
 * @typedef {object} Facts
 * @property {number} width of the camera's pictures; 0 without any
 * @property {number} height
 * @property {number} framesPerSecond that the camera gives
 * @property {number} wantedFramesPerSecond
 * @property {number | null} light the mean of the picture, from 0 to 255; null if it can't be read
 * @property {boolean} isLive whether the network is being tried
 * @property {Limit | null} limit why less is sent than asked for
 * @property {number | null} roundTrip to the server, ms
 */

/**
 * The first thing that is wrong, in the order in which it can be put right.
 *
 * @param {Facts} facts
 * @returns {Verdict}
 */
export function verdict({ width, framesPerSecond, wantedFramesPerSecond, light, isLive, limit }) {
  if (!width || !framesPerSecond) return "no_picture";
  if (light !== null && light < DARK) return "dark";
  if (framesPerSecond < ENOUGH_FRAMES * wantedFramesPerSecond) {
    return light !== null && light < DIM ? "dim" : "slow";
  }
  if (!isLive) return "good_so_far";
  return limit ?? "good";
}
