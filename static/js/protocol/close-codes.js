/** How both sockets close (docs/protocol.md, "Close codes of both sockets"). */

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
