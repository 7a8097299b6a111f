/** When a viewer pings (docs/protocol.md, section 4), and what the answers tell: time, and silence. */

import { OffsetEstimator, Sleep, localTime } from "../../lib/clock.js";

/** A socket that gives no sign of life for so long after a ping, or never opens, is replaced. */
const SILENT_AFTER_MS = 5000;
const FIRST_PINGS = 3;
const PING_INTERVAL_MS = 10_000;
/** Frames are signs of life; without them, pings are needed. */
const IDLE_PING_INTERVAL_MS = 2000;
/** No frame for so long: the first ping tells whether the server is still there. */
const IDLE_AFTER_MS = 1200;
/** A picture drawn so late after its capture: pings tell whether the way from the server is slow. */
const LATE_MS = 1000;
/** The first samples are taken while the page is busy loading: better ones are needed soon. */
const EARLY_PING_INTERVAL_MS = 1000;

export class Heartbeat {
  #clock = new OffsetEstimator();
  #frameAt = 0;
  /** When a picture was last drawn late. */
  #lateAt = -Infinity;
  #pingedAt = 0;
  #receivedAt = 0;
  #send;
  #sleep = new Sleep();

  /** When the page last woke, in local time: what was captured before is not shown. */
  awakeSince = -Infinity;
  /** Of the newest pong, ms. */
  newestRoundTrip = 0;

  /** @param {(message: import("../../protocol/messages.js").ViewerPing) => void} send */
  constructor(send) {
    this.#send = send;
  }

  /** What to add to local time for the server's; null until it is measured. */
  get offset() {
    return this.#clock.offset;
  }

  /** The shortest of the last ones, in ms; null before the first pong. */
  get roundTrip() {
    return this.#clock.roundTrip;
  }

  /**
   * For how long a ping, or the wish to connect, has had no answer, in ms.
   *
   * @param {number} now ms
   */
  unanswered(now) {
    return this.#isAnswered ? 0 : now - this.#pingedAt;
  }

  /** @param {number} now ms */
  isSilent(now) {
    return this.unanswered(now) > SILENT_AFTER_MS;
  }

  /** There is another socket, of which nothing has been heard yet. */
  connects() {
    this.#pingedAt = localTime();
    this.#receivedAt = this.#pingedAt;
  }

  opened() {
    this.newestRoundTrip = 0;
    this.#clock = new OffsetEstimator();
    for (let i = 0; i < FIRST_PINGS; i += 1) this.#ping();
  }

  /** @param {number} at local time */
  received(at) {
    this.#receivedAt = at;
  }

  /** @param {import("../../protocol/messages.js").Pong} message */
  receivedPong({ time, server_time: serverTime }) {
    if (time < this.awakeSince) return;
    this.newestRoundTrip = this.#receivedAt - time;
    this.#clock.add(time, serverTime, this.#receivedAt);
  }

  receivedFrame() {
    this.#frameAt = this.#receivedAt;
  }

  /**
   * @param {number} latency ms
   * @param {number} now ms
   */
  drawn(latency, now) {
    if (latency > LATE_MS) this.#lateAt = now;
  }

  /**
   * Whether the page has stood still. Then the server's time has to be measured again. The answer
   * comes after all that was sent before the ping: none of those frames is shown.
   *
   * @param {number} now ms
   */
  wakes(now) {
    if (!this.#sleep.isOver) return false;
    this.awakeSince = now;
    this.#clock = new OffsetEstimator();
    this.#ping();
    return true;
  }

  /**
   * Pings when it is time, and the last ping was answered.
   *
   * @param {number} now ms
   */
  beat(now) {
    if (this.#isAnswered && now - this.#pingedAt >= this.#intervalMs(now)) this.#ping();
  }

  get #isAnswered() {
    return this.#receivedAt > this.#pingedAt;
  }

  /** @param {number} now ms */
  #intervalMs(now) {
    if (!this.#clock.isSettled) return EARLY_PING_INTERVAL_MS;
    const isIdle = now - this.#frameAt > IDLE_AFTER_MS;
    const isLate = now - this.#lateAt < IDLE_PING_INTERVAL_MS;
    return isIdle || isLate ? IDLE_PING_INTERVAL_MS : PING_INTERVAL_MS;
  }

  #ping() {
    this.#pingedAt = localTime();
    this.#send({ type: "ping", time: this.#pingedAt });
  }
}
