/** The camera's beat (docs/protocol.md, section 3), and what the answers tell. */

import { OffsetEstimator, Sleep, localTime } from "../../lib/clock.js";

const PING_INTERVAL_MS = 500;

/** @typedef {import("../../protocol/parts.js").Pause} Pause */

export class Heartbeat {
  #awakeSince = -Infinity;
  #clock = new OffsetEstimator();
  #receivedAt = localTime();
  #onOffset;
  /** @type {Pause | null} */
  #pause = null;
  #pingedAt = 0;
  #sleep = new Sleep();
  #send;

  /**
   * @param {(message: import("../../protocol/messages.js").CameraPing) => void} send
   * @param {(offset: number | null) => void} onOffset of the server's clock to ours, ms; null while it
   *   has to be measured again
   */
  constructor(send, onOffset) {
    this.#send = send;
    this.#onOffset = onOffset;
  }

  /** Round trip to the server in ms; null before the first pong. */
  get roundTrip() {
    return this.#clock.roundTrip;
  }

  /**
   * How long nothing has been received, in ms.
   *
   * @param {number} now ms
   */
  silence(now) {
    return now - this.#receivedAt;
  }

  /** Something has come from the server. */
  received() {
    this.#receivedAt = localTime();
  }

  /**
   * Pings when it is time, when a pause begins or ends, and after the device has slept: until the
   * answer comes, no time of a capture would be true.
   *
   * @param {number} now ms
   * @param {Pause | null} pause why no frames come
   */
  beat(now, pause) {
    const hasSlept = this.#sleep.isOver;
    if (hasSlept) {
      this.#awakeSince = now;
      this.#clock = new OffsetEstimator();
      this.#onOffset(null);
    }
    const isDue = hasSlept || now - this.#pingedAt >= PING_INTERVAL_MS || pause !== this.#pause;
    if (!isDue) return;
    this.#pause = pause;
    this.#pingedAt = now;
    this.#send({ type: "ping", time: now, ...(pause && { paused: pause }) });
  }

  /** @param {import("../../protocol/messages.js").Pong} message */
  receivePong({ time, server_time: serverTime }) {
    // It may have waited here for as long as the device slept.
    if (time < this.#awakeSince) return;
    this.#clock.add(time, serverTime, localTime());
    if (this.#clock.offset !== null) this.#onOffset(this.#clock.offset);
  }
}
