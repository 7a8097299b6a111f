/** When a camera sends less and when it sends more: decisions on plain numbers, once a second. */

import { FIRST_SLOWER, LADDER } from "./ladder.js";

/** All frames in a third of the bytes: the first ones, so that they do not block a link that is not known. */
export const BEGIN_LEVEL = FIRST_SLOWER - 1;
/** For so long the server tells more often what arrives. */
const BEGINS_MS = 2000;
/** Until then a connection finds its own pace: frames that come late by less say nothing about the link. */
const STARTS_MS = 1000;
const LATE_WHEN_STARTING_MS = 300;
/** What a link is known to carry is never shared with nobody. */
const ROOM_AT_FIRST = 0.5;

/** Frames that wait this long, here and in transit, form a queue that grows stale. */
const CONGESTED_MS = 200;
/** One second of congestion may be a lost packet. This much is not. */
const JAMMED_MS = 600;
/** A step up that builds a queue is taken back before the queue grows stale. */
const CONGESTED_WHEN_DARING_MS = 120;
/** Below this the link is as good as free. Between the two nothing changes. */
const FREE_MS = 80;
/** The first pictures take longer on a narrow link, and less also on one of 200 ms there and back. */
const PROMPT_MS = 250;
/** Single losses come from radio; this many mean that too much is being sent. */
const CONGESTED_LOSS = 0.1;
const FREE_LOSS = 0.03;
/** Shares of the pictures that the encoder had no time for. */
const OVERLOAD = 0.5;
const IDLE = 0.1;
const OVERLOAD_S = 3;
/** Of what was delivered under congestion: the queue also has to drain. */
const ROOM = 0.8;
const ROOM_WHEN_JAMMED = 0.5;
const MAX_STEPS = 5;
/** The server reports on the previous second: only the second report after a step reflects it. */
const SETTLE_MS = 1900;
/** A queue that shrinks this fast needs no further step. */
const EMPTYING = 0.8;
/** A step up that causes congestion this soon was one too many. */
const TRIAL_MS = 10_000;
const FIRST_PATIENCE_MS = 4000;
const MAX_PATIENCE_MS = 120_000;

/**
 * The last second.
 *
 * @typedef {object} Sample
 * @property {number} waitingBytes not sent yet, of a queue that does not empty
 * @property {number} wantedBitsPerSecond that would have been sent had nothing been skipped
 * @property {number} deliveredBitsPerSecond
 * @property {boolean} isReported whether the server has told what was delivered
 * @property {number} delayMs by which frames came later than the fastest ones
 * @property {number} lostShare of the frames sent
 * @property {number} busyShare of the pictures, for which the encoder had no time
 */

/** @typedef {"network" | "device" | "message"} Limit */

/** The level of the ladder: down quickly, up slowly, and more slowly each time up was too much. */
export class Adaptation {
  #beganAt = -Infinity;
  #changedAt = -Infinity;
  /** For how many seconds in a row. */
  #congested = 0;
  /** @type {number | null} */
  #freeSince = null;
  /** Whether it goes up each second, until the link turns out to be full. */
  #isBeginning = false;
  /** Whether all is sent as soon as nothing is in the way of little. */
  #isProbe = false;
  /** How often the server has told what arrives, since it began. */
  #heard = 0;
  #overloaded = 0;
  #patience = FIRST_PATIENCE_MS;
  #queueMs = 0;
  #raisedAt = -Infinity;
  /** The last level that was one too many. */
  #tooMuch = LADDER.length;

  level = 0;
  /**
   * Why it is not the best one.
   *
   * @type {Limit | null}
   */
  limit = null;

  /**
   * Much more is sent from now on.
   *
   * @param {number} now ms
   * @param {number} [level] to begin with, unless less is sent already
   * @param {boolean} [isProbe] whether that is little only because nothing is known of the link
   */
  begin(now, level = BEGIN_LEVEL, isProbe = false) {
    this.#isBeginning = true;
    this.#isProbe = isProbe;
    this.#beganAt = now;
    this.#heard = 0;
    this.#raisedAt = -Infinity;
    if (this.level < level) this.#changeTo(now, level);
  }

  /**
   * The server tells what arrives, at first several times a second. Where nothing is in the way of little,
   * all is sent.
   *
   * @param {number} now ms
   * @param {object} told
   * @param {number} told.delayMs by which frames came later than the fastest ones
   * @param {number} told.uplinkMs that they took: where all have waited, none comes later than others
   */
  hear(now, { delayMs, uplinkMs }) {
    if (!this.#isProbe) return;
    this.#heard += 1;
    // The first time, the first pictures may still be under way.
    if (this.#heard < 2 || delayMs > FREE_MS || uplinkMs > PROMPT_MS) return;
    this.#isProbe = false;
    if (this.limit === null) this.#changeTo(now, 0);
  }

  /**
   * Only stills are sent from now on: in full quality, unless something is in the way.
   *
   * @param {number} now ms
   */
  rest(now) {
    if (this.limit !== null) return;
    this.#isBeginning = this.#isProbe = false;
    this.#changeTo(now, 0);
  }

  /**
   * @param {number} now ms
   * @param {Sample} sample
   */
  add(now, sample) {
    const queueMs =
      sample.delayMs + milliseconds(sample.waitingBytes, sample.deliveredBitsPerSecond);
    const isEmptying = queueMs < EMPTYING * this.#queueMs;
    this.#queueMs = queueMs;
    const isStarting = now - this.#beganAt < STARTS_MS;
    if (isStarting && queueMs < LATE_WHEN_STARTING_MS) return;
    this.#overloaded = sample.busyShare > OVERLOAD ? this.#overloaded + 1 : 0;
    const isDaring = this.#isBeginning || this.#isTrial(now);
    const mostMs = isDaring ? CONGESTED_WHEN_DARING_MS : CONGESTED_MS;
    const isCongested = queueMs > mostMs || sample.lostShare > CONGESTED_LOSS;
    this.#congested = isCongested ? this.#congested + 1 : 0;
    if (isCongested) {
      this.#freeSince = null;
      // After a recent step up the first sign of congestion is enough.
      const isCertain = isDaring || this.#congested > 1 || queueMs > JAMMED_MS;
      const isSettling = !this.#isBeginning && now - this.#changedAt < SETTLE_MS;
      if (isCertain && !isSettling && !isEmptying) {
        this.#down(now, this.#fitting(now, sample), "network");
      }
    } else if (this.#overloaded >= OVERLOAD_S) {
      this.#down(now, Math.max(this.level + 1, FIRST_SLOWER), "device");
    } else this.#up(now, this.#isFree(sample));
  }

  /**
   * Something was too large to send at all.
   *
   * @param {number} now ms
   */
  tooLarge(now) {
    this.#down(now, this.level + 1, "message");
  }

  /**
   * @param {number} now ms
   * @param {Sample} sample
   */
  #fitting(now, { wantedBitsPerSecond, deliveredBitsPerSecond }) {
    if (this.#isTrial(now)) return this.level + 1;
    const full = wantedBitsPerSecond / LADDER[this.level].bitRate;
    const room = this.#queueMs > JAMMED_MS ? ROOM_WHEN_JAMMED : ROOM;
    const fits = LADDER.findIndex(({ bitRate }) => full * bitRate <= room * deliveredBitsPerSecond);
    const steps = (fits < 0 ? LADDER.length : fits) - this.level;
    return this.level + Math.min(MAX_STEPS, Math.max(1, steps));
  }

  /**
   * @param {number} now ms
   * @param {number} level
   * @param {Limit} limit
   */
  #down(now, level, limit) {
    if (this.#isTrial(now)) {
      this.#patience = Math.min(2 * this.#patience, MAX_PATIENCE_MS);
      this.#tooMuch = this.level;
    }
    this.#raisedAt = -Infinity;
    this.#freeSince = null;
    this.#isBeginning = this.#isProbe = false;
    this.#overloaded = 0;
    this.limit = limit;
    this.#changeTo(now, Math.min(level, LADDER.length - 1));
  }

  /**
   * @param {number} now ms
   * @param {boolean} isFree
   */
  #up(now, isFree) {
    if (!isFree) this.#freeSince = null;
    else this.#freeSince ??= now;
    if (this.#raisedAt > -Infinity && !this.#isTrial(now)) {
      this.#raisedAt = -Infinity;
      // Below the level that failed, success says nothing about it.
      if (this.level <= this.#tooMuch) this.#patience = FIRST_PATIENCE_MS;
    }
    if (this.level === 0 && now - this.#beganAt > BEGINS_MS) this.#isBeginning = false;
    if (this.level === 0 || this.#freeSince === null) return;
    if (!this.#isBeginning) {
      if (now - this.#freeSince < this.#patience) return;
      this.#raisedAt = this.#freeSince = now;
    }
    this.#changeTo(now, this.level - 1);
    if (this.level === 0) this.limit = null;
  }

  /** @param {Sample} sample */
  #isFree({ isReported, lostShare, busyShare }) {
    const mostLost = this.#isBeginning ? CONGESTED_LOSS : FREE_LOSS;
    return isReported && this.#queueMs < FREE_MS && lostShare < mostLost && busyShare < IDLE;
  }

  /** @param {number} now ms */
  #isTrial(now) {
    return now - this.#raisedAt < TRIAL_MS;
  }

  /**
   * @param {number} now ms
   * @param {number} level
   */
  #changeTo(now, level) {
    this.level = level;
    this.#changedAt = now;
  }
}

/**
 * @param {number} bytes
 * @param {number} bitsPerSecond
 */
function milliseconds(bytes, bitsPerSecond) {
  return bytes ? (bytes * 8000) / Math.max(bitsPerSecond, 1) : 0;
}

/**
 * The level to begin with on a link that stills have shown something of. A link that is narrower still has
 * lowered the level before.
 *
 * @param {number} fullBitRate that is sent at the best level
 * @param {number} throughput that the link is known to have, bits per second
 */
export function beginLevel(fullBitRate, throughput) {
  const fits = LADDER.findIndex(
    ({ bitRate }) => bitRate * fullBitRate <= ROOM_AT_FIRST * throughput,
  );
  return fits < 0 ? BEGIN_LEVEL : Math.min(fits, BEGIN_LEVEL);
}
