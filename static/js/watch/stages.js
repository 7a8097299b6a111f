/** Where the time from capture to drawing goes. */

import { Distribution } from "../lib/meter.js";

/** In the order in which pictures pass them. */
export const STAGES = /** @type {const} */ ([
  "camera",
  "uplink",
  "server",
  "downlink",
  "decode",
  "draw",
]);

/** @typedef {typeof STAGES[number]} Stage */
/** @typedef {{ camera_ms: number, uplink_ms: number, server_ms: number }} ServerStages */

export class Stages {
  #arrival = new Distribution();
  #decode = new Distribution();
  #draw = new Distribution();
  /** @type {ServerStages | null} */
  #server = null;

  /**
   * @param {number} latency capture to drawn, ms
   * @param {import("./worker-messages.js").Times} times of the same frame
   */
  add(latency, { arrivedAt, decodedAt, drawnAt }) {
    this.#arrival.add(drawnAt, latency - (drawnAt - arrivedAt));
    this.#decode.add(drawnAt, decodedAt - arrivedAt);
    this.#draw.add(drawnAt, drawnAt - decodedAt);
  }

  /** @param {ServerStages} stages means of the last seconds, up to when the server sent them */
  update(stages) {
    this.#server = stages;
  }

  /**
   * Means in ms; null before all of them are known.
   *
   * @param {number} now ms
   * @returns {Record<Stage, number> | null}
   */
  split(now) {
    const arrival = this.#arrival.mean(now);
    const decode = this.#decode.mean(now);
    const draw = this.#draw.mean(now);
    if (!this.#server || arrival === null || decode === null || draw === null) return null;
    const { camera_ms: camera, uplink_ms: uplink, server_ms: server } = this.#server;
    const downlink = Math.max(0, arrival - camera - uplink - server);
    return { camera, uplink, server, downlink, decode, draw };
  }
}
