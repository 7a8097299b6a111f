/** What is wrong between a page and its server, as far as the page can tell. */

/** @typedef {import("./source.js").Trouble} Trouble */

/** A server that answers nothing for so long is not there for people. */
const UNANSWERED_MS = 2000;
/** Pictures that wait behind each other for so long are old when they come. */
const SLOW_MS = 700;

/**
 * @param {object} line
 * @param {boolean} line.isOnline whether the device has any network
 * @param {number} line.failures attempts to connect since one last got through
 * @param {number} line.unansweredMs since the server was asked something and has said nothing
 * @param {number} line.roundTripMs of the newest answer
 * @returns {Trouble | null}
 */
export function troubleOf({ isOnline, failures, unansweredMs, roundTripMs }) {
  if (!isOnline) return "offline";
  if (failures > 0 || unansweredMs > UNANSWERED_MS) return "server";
  return roundTripMs > SLOW_MS ? "slow" : null;
}
