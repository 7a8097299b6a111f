/** The camera's beat (docs/protocol.md, section 3), and what the answers tell. */

import { OffsetEstimator, localTime } from "../../lib/clock.js";

const PING_INTERVAL_MS = 500;

/** @typedef {import("../../protocol/parts.js").Pause} Pause */

export class Heartbeat {
  #clock = new OffsetEstimator();
  #receivedAt = localTime();
  #onOffset;
  /** @type {Pause | null} */
  #pause = null;
  #pingedAt = 0;
  #send;

  /**
   * @param {(message: import("../../protocol/messages.js").CameraPing) => void} send
   * @param {(offset: number) => void} onOffset of the server's clock to ours, ms
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
   * Pings when it is time, and when a pause begins or ends.
   *
   * @param {number} now ms
   * @param {Pause | null} pause why no frames come
   */
  beat(now, pause) {
    if (now - this.#pingedAt < PING_INTERVAL_MS && pause === this.#pause) return;
    this.#pause = pause;
    this.#pingedAt = now;
    this.#send({ type: "ping", time: now, ...(pause && { paused: pause }) });
  }

  /** @param {import("../../protocol/messages.js").Pong} message */
  receivePong({ time, server_time: serverTime }) {
    this.#clock.add(time, serverTime, localTime());
    if (this.#clock.offset !== null) this.#onOffset(this.#clock.offset);
  }
}
