/**
 * @typedef {object} Point one step of a chart, as the API has it
 * @property {string} at ISO 8601
 * @property {number} live_s
 * @property {number} frames
 * @property {number} dropped
 * @property {number} fps
 * @property {number} bits_per_s
 * @property {number} viewers
 * @property {number | null} uplink_ms
 * @property {number | null} latency_p50_ms
 * @property {number | null} latency_p95_ms
 */

/**
 * The points in their places, and null where there is none.
 *
 * @param {Point[]} points
 * @param {number} since ms since the epoch
 * @param {number} until
 * @param {number} stepS
 */
export function spread(points, since, until, stepS) {
  const stepMs = stepS * 1000;
  const steps = Math.ceil((until - since) / stepMs);
  /** @type {(Point | null)[]} */
  const places = new Array(steps).fill(null);
  for (const point of points) {
    const place = Math.floor((Date.parse(point.at) - since) / stepMs);
    if (place >= 0 && place < steps) places[place] = point;
  }
  // The newest minute is still being counted: that is no gap.
  if (places.at(-1) === null && places.length > 1) places.pop();
  return places;
}
