/** How long to stay away where the server asks for it. */

/** Nobody is asked to wait longer than this. */
const MAX_S = 300;

/**
 * With some jitter, so that those who were refused together do not come back together.
 *
 * @param {number} seconds that the server asks for
 * @param {() => number} [random] from 0 to 1
 * @returns {number} ms
 */
export function waitMs(seconds, random = Math.random) {
  return Math.min(seconds, MAX_S) * 1000 * (1 + random() / 4);
}

/**
 * What an answer asks for, in ms; 0 if it asks for nothing.
 *
 * @param {Response} response
 */
export function retryAfterOf({ headers }) {
  const seconds = Number(headers.get("Retry-After"));
  return seconds > 0 ? waitMs(seconds) : 0;
}
