/** What a viewer tells the server about how its pictures arrive (docs/protocol.md, section 4). */

const INTERVAL_MS = 5000;
/** Pictures later than this are reported at once, but at most twice a second. */
const LATE_MS = 250;
const LATE_INTERVAL_MS = 500;
/** In the beginning the server waits for reports before it sends much: of the first frame, and of
 * so many bytes, until so many have come. */
const EARLY_EVERY_BYTES = 64_000;
const EARLY_BYTES = 512_000;

export class Reports {
  /** @type {Map<string, { bytes: number, at: number, reported: number }>} and the last report */
  #cameras = new Map();
  #send;

  /** @param {(message: import("../../protocol/messages.js").ViewerReport) => void} send */
  constructor(send) {
    this.#send = send;
  }

  /** For a new connection, which counts from zero. */
  reset() {
    this.#cameras.clear();
  }

  /**
   * @param {string} id
   * @param {number} bytes of a frame's message
   * @param {number} now ms
   */
  received(id, bytes, now) {
    const camera = this.#cameras.get(id) ?? { bytes: 0, at: now, reported: -EARLY_EVERY_BYTES };
    camera.bytes += bytes;
    this.#cameras.set(id, camera);
    const isEarly = camera.bytes < EARLY_BYTES;
    if (!isEarly || camera.bytes - camera.reported < EARLY_EVERY_BYTES) return;
    camera.reported = camera.bytes;
    this.#send({ type: "report", camera: id, bytes: camera.bytes });
  }

  /**
   * @param {string} id
   * @param {number} sequence of the frame that was drawn
   * @param {number} latency capture to drawn, ms
   * @param {number} now ms
   */
  drawn(id, sequence, latency, now) {
    const camera = this.#cameras.get(id);
    if (!camera) return;
    if (now - camera.at < (latency > LATE_MS ? LATE_INTERVAL_MS : INTERVAL_MS)) return;
    camera.at = now;
    const { bytes } = camera;
    const latencyMs = Math.round(latency);
    this.#send({ type: "report", camera: id, sequence, latency_ms: latencyMs, bytes });
  }
}
