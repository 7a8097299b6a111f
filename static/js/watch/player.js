/** One watched camera: its picture, how old and fast it is, and what to think of it. */

import { localTime } from "../clock.js";
import { Freshness } from "../freshness.js";
import { Distribution, Meter } from "../meter.js";
import { Picture } from "./picture.js";
import { shownState } from "./state.js";

/** @typedef {import("../wire.js").Frame} Frame */
/** @typedef {import("./socket.js").CameraState} CameraState */

/**
 * @typedef {object} Camera
 * @property {string} slug
 * @property {string} name
 * @property {number} frame_rate
 */

/**
 * What a page shows of a player.
 *
 * @typedef {object} Facts
 * @property {import("./state.js").ShownState} state
 * @property {string | null} reason why the camera is off
 * @property {number | null} age of the picture, ms; null without one
 * @property {boolean} fresh
 * @property {number | null} latency capture to drawn, p50, ms
 * @property {number | null} latencyHigh p95, ms
 * @property {number} framesPerSecond drawn
 * @property {number} bitsPerSecond received
 * @property {number} width
 * @property {number} height
 * @property {number} watching
 */

export class Player {
  #arrivals = new Meter();
  #drawings = new Meter();
  #element;
  #found = true;
  #freshness;
  #latency = new Distribution();
  #onChange;
  #picture;
  /** @type {CameraState | null} */
  #server = null;
  #shownAt = 0;
  #socket;

  /**
   * @param {object} parts
   * @param {HTMLElement} parts.element carries the player's facts as data attributes
   * @param {HTMLCanvasElement} parts.canvas
   * @param {Camera} parts.camera
   * @param {import("./socket.js").WatchSocket} parts.socket
   * @param {() => void} parts.onChange the state may have changed
   */
  constructor({ element, canvas, camera, socket, onChange }) {
    this.#element = element;
    this.#socket = socket;
    this.#onChange = onChange;
    this.#freshness = new Freshness(camera.frame_rate);
    this.#picture = new Picture(canvas, (frame) => this.#shown(frame));
    this.camera = camera;
  }

  start() {
    this.#socket.subscribe(this.camera.slug, {
      onFrame: (frame) => this.#arrived(frame),
      onState: (state) => this.#stateIs(state),
      onNotFound: () => this.#vanished(),
      onConnection: () => this.#connectionChanged(),
    });
  }

  stop() {
    this.#socket.unsubscribe(this.camera.slug);
    this.#server = null;
    this.#onChange();
  }

  /** @returns {Facts} */
  get facts() {
    const now = localTime();
    const age = this.#age(now);
    const fresh = age !== null && age <= this.#freshness.limit;
    const shown = this.#picture.shown;
    return {
      state: shownState({
        connection: this.#socket.connection,
        server: this.#server?.state ?? null,
        found: this.#found,
        drawn: shown !== null,
        fresh,
      }),
      reason: this.#server?.reason ?? null,
      age,
      fresh,
      latency: this.#latency.percentile(now, 0.5),
      latencyHigh: this.#latency.percentile(now, 0.95),
      framesPerSecond: this.#drawings.framesPerSecond(now),
      bitsPerSecond: this.#arrivals.bitsPerSecond(now),
      width: shown?.width ?? 0,
      height: shown?.height ?? 0,
      watching: this.#server?.watching ?? 0,
    };
  }

  /** @param {Frame} frame */
  #arrived(frame) {
    this.#arrivals.add(localTime(), frame.payload.byteLength);
    this.#picture.push(frame);
  }

  /** @param {Frame} frame */
  #shown(frame) {
    const now = localTime();
    this.#shownAt = now;
    this.#freshness.add(frame);
    this.#drawings.add(now, frame.payload.byteLength);
    const drawnAt = this.#socket.serverTime;
    if (drawnAt !== null) this.#latency.add(now, drawnAt - frame.capturedAt);
    Object.assign(this.#element.dataset, {
      session: frame.session,
      sequence: frame.sequence,
      capturedAt: frame.capturedAt,
      drawnAt: drawnAt ?? "",
    });
    if (this.#element.dataset.state !== "live") this.#onChange();
  }

  #connectionChanged() {
    if (this.#socket.connection === "over") this.#picture.clear();
    this.#onChange();
  }

  /** @param {CameraState} state */
  #stateIs(state) {
    this.#server = state;
    this.#found = true;
    this.#onChange();
  }

  #vanished() {
    this.#found = false;
    this.#server = null;
    this.#picture.clear();
    this.#onChange();
  }

  /**
   * By whichever tells of the older picture, capture time or time of drawing: neither a clock gone
   * wrong nor a queue on the way may make a frozen picture look live.
   *
   * @param {number} now
   */
  #age(now) {
    const shown = this.#picture.shown;
    if (!shown) return null;
    const serverTime = this.#socket.serverTime;
    const sinceCapture = serverTime === null ? 0 : serverTime - shown.capturedAt;
    return Math.max(now - this.#shownAt, sinceCapture);
  }
}
