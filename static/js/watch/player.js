/** One watched camera: its picture, how old and fast it is, and what to think of it. */

import { localTime } from "../clock.js";
import { Freshness } from "../freshness.js";
import { Distribution, Meter } from "../meter.js";
import { shownState } from "./state.js";

/** @typedef {import("../wire.js").Frame} Frame */
/** @typedef {import("../wire.js").Header} Header */
/** @typedef {import("./source.js").CameraState} CameraState */
/** @typedef {import("./source.js").Source} Source */

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
  #freshness;
  #latency = new Distribution();
  #onChange;
  /** @type {import("./source.js").Refusal | null} */
  #refused = null;
  #screen;
  /** @type {CameraState | null} */
  #server = null;
  #shownAt = 0;
  #source;

  /**
   * @param {object} parts
   * @param {HTMLElement} parts.element carries the player's facts as data attributes
   * @param {HTMLCanvasElement} parts.canvas
   * @param {Camera} parts.camera
   * @param {import("./screens.js").Screens} parts.screens
   * @param {Source} parts.source
   * @param {() => void} parts.onChange the state may have changed
   */
  constructor({ element, canvas, camera, screens, source, onChange }) {
    this.#element = element;
    this.#source = source;
    this.#onChange = onChange;
    this.#freshness = new Freshness(camera.frame_rate);
    this.#screen = screens.open(canvas, (header, times) => this.#shown(header, times));
    this.camera = camera;
  }

  start() {
    this.#source.subscribe(this.camera.slug, {
      onFrame: (frame) => this.#arrived(frame),
      onState: (state) => this.#stateIs(state),
      onRefused: (why) => this.#refuse(why),
      onConnection: () => this.#connectionChanged(),
    });
  }

  stop() {
    this.#source.unsubscribe(this.camera.slug);
    this.#server = null;
    this.#onChange();
  }

  /** @returns {Facts} */
  get facts() {
    const now = localTime();
    const age = this.#age(now);
    const fresh = age !== null && age <= this.#freshness.limit + this.#source.interval;
    const shown = this.#screen.shown;
    return {
      state: shownState({
        connection: this.#source.connection,
        server: this.#server?.state ?? null,
        refused: this.#refused,
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
    // One that was on its way when the right to watch ended.
    if (this.#refused) return;
    this.#arrivals.add(localTime(), frame.payload.byteLength);
    this.#screen.push(frame);
  }

  /**
   * @param {Header} header
   * @param {import("./messages.js").Times} times
   */
  #shown(header, { drawnAt }) {
    this.#shownAt = drawnAt;
    this.#freshness.add(header);
    this.#drawings.add(drawnAt, 0);
    const latency = this.#latencyOf(header, drawnAt);
    if (latency !== null) {
      this.#latency.add(drawnAt, latency);
      this.#source.drawn(this.camera.slug, header.sequence, latency);
    }
    Object.assign(this.#element.dataset, {
      session: header.session,
      sequence: header.sequence,
      capturedAt: header.capturedAt,
      drawnAt: latency === null ? "" : header.capturedAt + latency,
    });
    if (this.#element.dataset.state !== "live") this.#onChange();
  }

  /**
   * @param {Header} header
   * @param {number} at local time
   */
  #latencyOf({ capturedAt }, at) {
    const { serverTime } = this.#source;
    return serverTime === null ? null : serverTime - (localTime() - at) - capturedAt;
  }

  #connectionChanged() {
    if (this.#source.connection === "over") this.#screen.clear();
    this.#onChange();
  }

  /** @param {CameraState} state */
  #stateIs(state) {
    this.#server = state;
    this.#refused = null;
    this.#onChange();
  }

  /** @param {import("./source.js").Refusal} why */
  #refuse(why) {
    this.#refused = why;
    this.#server = null;
    this.#screen.clear();
    this.#onChange();
  }

  /**
   * By whichever tells of the older picture, capture time or time of drawing: neither a clock gone
   * wrong nor a queue on the way may make a frozen picture look live.
   *
   * @param {number} now
   */
  #age(now) {
    const shown = this.#screen.shown;
    if (!shown) return null;
    const serverTime = this.#source.serverTime;
    const sinceCapture = serverTime === null ? 0 : serverTime - shown.capturedAt;
    return Math.max(now - this.#shownAt, sinceCapture);
  }
}
