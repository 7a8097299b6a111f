/** Reading the server's clock by timed pings, as NTP does (RFC 5905, section 8). Times are ms. */

/**
 * How far off a sample's offset may be for each ms since: five times the drift of a bad crystal
 * (100 ppm), so that a lucky old sample gives way before it misleads.
 */
const DRIFT_PER_MS = 0.0005;
/** The shortest round trip among this many samples is the network's current one. */
const MAX_SAMPLES = 8;
/** Between the two clocks of a device; both tick at the same rate, read one after the other. */
const MAX_APART_MS = 100;
/** A page that runs, even a hidden one, asks whether it slept more often. */
const MAX_GAP_MS = 3000;

/**
 * This device's time in ms since the epoch. Paced by the monotonic clock, so that it never jumps
 * when somebody sets the wall clock; pages and workers agree on it.
 */
export function localTime() {
  return performance.timeOrigin + performance.now();
}

/**
 * Tells when the page stood still, in the back/forward cache or because its device slept: what it
 * has not taken yet is old. In some sleeps `localTime` stands still, too, and cannot be relied on.
 */
export class Sleep {
  #apart = Date.now() - localTime();
  #askedAt = localTime();

  /**
   * Whether the page has stood still, or the wall clock was set, since this was last asked; to be
   * asked once a second.
   */
  get isOver() {
    const now = localTime();
    const apart = Date.now() - now;
    const isApart = Math.abs(apart - this.#apart) > MAX_APART_MS;
    const isLate = now - this.#askedAt > MAX_GAP_MS;
    this.#apart = apart;
    this.#askedAt = now;
    return isApart || isLate;
  }
}

/**
 * A ping that was answered with the other clock's time, which arrived at `received`.
 *
 * @typedef {{ roundTrip: number, offset: number, received: number }} Sample
 */

/**
 * The offset between one's own clock and another.
 *
 * It holds the one sample with the least room for error, which ages until a better one replaces it.
 * A sample that contradicts it means that one of the clocks has jumped, because a device has slept
 * or its clock was set: then the newer sample is right.
 */
export class OffsetEstimator {
  /** @type {Sample | null} */
  #held = null;
  /** @type {number[]} */
  #roundTrips = [];

  /**
   * @param {number} sent own time at which the ping left
   * @param {number} other the other clock's time in the answer
   * @param {number} received own time at which the answer arrived
   */
  add(sent, other, received) {
    const roundTrip = received - sent;
    if (!(roundTrip >= 0)) return;
    const sample = { roundTrip, offset: other + roundTrip / 2 - received, received };
    const held = this.#held;
    this.#roundTrips = [...this.#roundTrips, roundTrip].slice(-MAX_SAMPLES);
    if (!held || isWorthMore(sample, held) || contradicts(sample, held)) this.#held = sample;
  }

  /** What to add to one's own time; null before the first sample. */
  get offset() {
    return this.#held?.offset ?? null;
  }

  /** The shortest of the last samples, in ms; null before the first. */
  get roundTrip() {
    return this.#roundTrips.length ? Math.min(...this.#roundTrips) : null;
  }

  /** Whether there are as many samples as are remembered. */
  get isSettled() {
    return this.#roundTrips.length === MAX_SAMPLES;
  }
}

/**
 * @param {Sample} sample
 * @param {Sample} held
 */
function isWorthMore(sample, held) {
  return error(sample, sample.received) <= error(held, sample.received);
}

/**
 * @param {Sample} sample
 * @param {Sample} held
 */
function contradicts(sample, held) {
  const doubt = error(sample, sample.received) + error(held, sample.received);
  return Math.abs(sample.offset - held.offset) > doubt;
}

/**
 * How far the offset may be from the truth, unless a clock has jumped since.
 *
 * @param {Sample} sample
 * @param {number} now
 */
function error({ roundTrip, received }, now) {
  return roundTrip / 2 + Math.max(0, now - received) * DRIFT_PER_MS;
}
