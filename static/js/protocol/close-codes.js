/** How both sockets close (docs/protocol.md, "Close codes of both sockets"). */

import { waitMs } from "../lib/retry-after.js";

export const CloseCode = Object.freeze({
  /** Over, as announced before. */
  OVER: 1000,
  BAD_MESSAGE: 4400,
  NOT_ALLOWED: 4403,
});

/**
 * After these another attempt would end the same way.
 *
 * @type {readonly number[]}
 */
const FINAL = [CloseCode.OVER, CloseCode.BAD_MESSAGE, CloseCode.NOT_ALLOWED];

/** @param {number} code */
export function isFinal(code) {
  return FINAL.includes(code);
}

/** The server, or one's share of it, is full; the reason says for how long to stay away. */
const TRY_AGAIN_LATER = 1013;

/**
 * For how long the server wants no further attempt, in ms.
 *
 * @param {{ code: number, reason?: string }} close
 * @param {() => number} [random] from 0 to 1
 */
export function retryAfterMs({ code, reason = "" }, random = Math.random) {
  const asked = code === TRY_AGAIN_LATER && /^retry_after=(\d{1,9})$/.exec(reason);
  return asked ? waitMs(Number(asked[1]), random) : 0;
}
