/** One watched camera: its picture, how old and how fast it is, and its state. */

import { localTime } from "../lib/clock.js";
import { Cooldown } from "../lib/cooldown.js";
import { Distribution, Meter } from "../lib/meter.js";
import { isInSight, onSightChange } from "../lib/sight.js";
import { Freshness } from "./freshness.js";
import { kindOf } from "./kind.js";
import { Stages } from "./stages.js";
import { shownState } from "./state.js";

/** After this long on a hidden page, nobody is assumed to be watching. */
const AWAY_AFTER_MS = 10_000;

/** Longer than between two stills: pictures keep coming, each of them too old. */
const LATE_FOR_MS = 1500;

/** @typedef {import("../protocol/wire.js").Frame} Frame */
/** @typedef {import("../protocol/wire.js").Header} Header */
/** @typedef {import("../protocol/messages.js").ListedCamera} ListedCamera */
/** @typedef {import("./connection/source.js").CameraState} CameraState */
/** @typedef {import("./connection/source.js").Source} Source */
/** @typedef {import("./connection/source.js").Wants} Wants */

/**
 * What all cameras of a page share.
 *
 * @typedef {object} Watching
 * @property {Source} source
 * @property {import("./render/screens.js").Screens} screens
 * @property {string[]} codecs of video that can be shown, best first
 */

/** @typedef {Pick<ListedCamera, "id" | "slug" | "name" | "frame_rate">} Camera */

/**
 * What a page shows of a player.
 *
 * @typedef {object} Facts
 * @property {import("./state.js").ShownState} state
 * @property {boolean} ended whether nobody publishes to the camera, whether it is off or lost
 * @property {string | null} reason why it is in this state, where that is known
 * @property {number | null} since when the camera is in its state, ms since the epoch
 * @property {string | null} publisher who films, or did last, where one may know
 * @property {number | null} age of the picture, ms; null without one
 * @property {boolean} fresh
 * @property {number | null} latency capture to drawn, p50, ms
 * @property {number | null} latencyHigh p95, ms
 * @property {number} framesPerSecond drawn
 * @property {number} bitsPerSecond received
 * @property {string | null} kind of the picture, for people
 * @property {Record<import("./stages.js").Stage, number> | null} stages of the latency, ms
 * @property {number} width
 * @property {number} height
 * @property {number} watching
 */

export class Player {
  #arrivals = new Meter();
  #codecs;
  #drawings = new Meter();
  #element;
  #freshness;
  /** Whether nobody is looking: then stills are enough, and the camera may rest. */
  #isAway = false;
  #isStarted = false;
  #latency = new Distribution();
  /** When a picture was last drawn that was too old by then. */
  #lateAt = -Infinity;
  /** Ends with the player. */
  #life = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #awayTimer;
  #onChange;
  /** @type {import("./connection/source.js").Refusal | null} */
  #refused = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #cooldownTimer;
  #cooldown = new Cooldown();
  #screen;
  /** @type {CameraState | null} */
  #server = null;
  #shownAt = 0;
  #source;
  #stages = new Stages();
  /** @type {Wants} */
  #wants;

  /**
   * @param {object} parts
   * @param {HTMLElement} parts.element carries the player's facts as data attributes
   * @param {HTMLCanvasElement} parts.canvas
   * @param {Camera} parts.camera
   * @param {Watching} parts.watching
   * @param {() => void} parts.onChange the state may have changed
   */
  constructor({ element, canvas, camera, watching, onChange }) {
    this.#element = element;
    this.#source = watching.source;
    this.#codecs = watching.codecs;
    this.#wants = { video: this.#codecs, rendition: "auto" };
    this.#onChange = onChange;
    this.#freshness = new Freshness(camera.frame_rate);
    this.#screen = watching.screens.open(canvas, {
      onShown: (header, times) => this.#shown(header, times),
      onBroken: () => this.#source.askKeyFrame(camera.id),
      onUnplayable: (codec) => this.#doWithout(codec),
    });
    onSightChange(() => this.#sightChanged(), this.#life.signal);
    this.#sightChanged();
    this.camera = camera;
  }

  start() {
    this.#isStarted = true;
    const listener = {
      onFrame: (/** @type {Frame} */ frame) => this.#arrived(frame),
      onState: (/** @type {CameraState} */ state) => this.#updateState(state),
      onRefused: (/** @type {import("./connection/source.js").Refusal} */ why) => this.#refuse(why),
      onStages: (/** @type {import("./stages.js").ServerStages} */ stages) => {
        this.#stages.update(stages);
      },
      onConnection: () => this.#connectionChanged(),
    };
    this.#source.subscribe(this.camera.id, listener, this.#wantsNow);
  }

  /** What is shown stays, and does not pass for live. */
  stop() {
    this.#isStarted = false;
    this.#source.unsubscribe(this.camera.id);
    this.#screen.rest();
    this.#server = null;
    this.#onChange();
  }

  /** The camera is gone: nothing of it stays here, and this player plays no more. */
  close() {
    this.#life.abort();
    clearTimeout(this.#awayTimer);
    clearTimeout(this.#cooldownTimer);
    this.stop();
    this.#screen.close();
  }

  /** @param {Wants["rendition"]} rendition to show, whatever would be best */
  choose(rendition) {
    this.#want({ ...this.#wants, rendition });
  }

  /** Asks for the stages of the latency again. */
  askStages() {
    this.#source.askStages(this.camera.id);
  }

  /** @returns {Facts} */
  get facts() {
    const now = localTime();
    const age = this.#age(now);
    const limit = this.#freshness.limit + this.#source.interval;
    // Without the server's time nobody knows how old it is.
    const isKnown = age !== null && this.#source.serverTime !== null;
    const fresh = this.#isStarted && isKnown && age <= limit;
    const shown = this.#screen.shown;
    const state = shownState({
      connection: this.#source.connection,
      server: this.#server?.state ?? null,
      reason: this.#server?.reason ?? null,
      refused: this.#refused,
      drawn: shown !== null,
      fresh,
    });
    return {
      state,
      ended: state === "off" || (state === "lost" && this.#server?.state === "off"),
      reason: this.#reason(state, now),
      since: this.#server?.since ?? null,
      publisher: this.#server?.publisher ?? null,
      age,
      fresh,
      latency: this.#latency.percentile(now, 0.5),
      latencyHigh: this.#latency.percentile(now, 0.95),
      framesPerSecond: this.#drawings.framesPerSecond(now),
      bitsPerSecond: this.#arrivals.bitsPerSecond(now),
      kind: shown && kindOf(shown),
      stages: this.#stages.split(now),
      width: shown?.width ?? 0,
      height: shown?.height ?? 0,
      watching: this.#server?.watching ?? 0,
    };
  }

  /**
   * @param {import("./state.js").ShownState} state
   * @param {number} now
   */
  #reason(state, now) {
    const { connection, end, isToldToWait, trouble, waitReason } = this.#source;
    if (isToldToWait) return waitReason;
    if (end) return end;
    if (state === "stale") return trouble ?? (now - this.#lateAt < LATE_FOR_MS ? "late" : null);
    if (connection === "connecting") return trouble ?? "opening";
    if (state === "connecting") return trouble ?? (this.#screen.shown && "returning");
    return this.#server?.reason ?? null;
  }

  /** @param {string | null} codec null for all video */
  #doWithout(codec) {
    const video = this.#wants.video.filter((each) => codec !== null && each !== codec);
    this.#want({ ...this.#wants, video });
    // Whatever was in the way may be gone: a wall runs for weeks.
    const whole = () => this.#want({ ...this.#wants, video: this.#codecs });
    clearTimeout(this.#cooldownTimer);
    this.#cooldownTimer = setTimeout(whole, this.#cooldown.next(localTime()));
  }

  #sightChanged() {
    clearTimeout(this.#awayTimer);
    if (!isInSight()) this.#awayTimer = setTimeout(() => this.#setAway(true), AWAY_AFTER_MS);
    else if (this.#isAway) this.#setAway(false);
  }

  /** @param {boolean} isAway */
  #setAway(isAway) {
    this.#isAway = isAway;
    this.#want(this.#wants);
  }

  /** @returns {Wants} */
  get #wantsNow() {
    return this.#isAway ? { ...this.#wants, rendition: "still" } : this.#wants;
  }

  /** @param {Wants} wants */
  #want(wants) {
    this.#wants = wants;
    this.#source.want(this.camera.id, this.#wantsNow);
  }

  /** @param {Frame} frame */
  #arrived(frame) {
    // It was on its way when the right to watch ended.
    if (this.#refused) return;
    this.#arrivals.add(localTime(), frame.payload.byteLength);
    this.#screen.push(frame);
  }

  /**
   * @param {Header} header
   * @param {import("./worker-messages.js").Times} times
   */
  #shown(header, times) {
    const { drawnAt } = times;
    this.#shownAt = drawnAt;
    this.#freshness.add(header);
    this.#drawings.add(drawnAt, 0);
    const latency = this.#latencyOf(header, drawnAt);
    if (latency !== null && latency > this.#freshness.limit) this.#lateAt = drawnAt;
    // What arrived before the page stood still waited here, and not on its way.
    if (latency !== null && times.arrivedAt >= this.#source.awakeSince) {
      this.#latency.add(drawnAt, latency);
      this.#stages.add(latency, times);
      this.#source.drawn(this.camera.id, header.sequence, latency);
    }
    Object.assign(this.#element.dataset, {
      session: header.session,
      sequence: header.sequence,
      kind: kindOf(header),
      capturedAt: header.capturedAt,
      drawnAt: latency === null ? "" : header.capturedAt + latency,
    });
    if (this.#element.dataset.state !== "live") this.#onChange();
  }

  /**
   * Never below zero: clocks are estimates, and the first of them are coarse.
   *
   * @param {Header} header
   * @param {number} at local time
   */
  #latencyOf({ capturedAt }, at) {
    const { serverTime } = this.#source;
    if (serverTime === null) return null;
    return Math.max(0, serverTime - (localTime() - at) - capturedAt);
  }

  #connectionChanged() {
    if (this.#source.connection === "over") this.#screen.clear();
    this.#onChange();
  }

  /** @param {CameraState} state */
  #updateState(state) {
    this.#server = state;
    this.#refused = null;
    this.#onChange();
  }

  /** @param {import("./connection/source.js").Refusal} why */
  #refuse(why) {
    this.#refused = why;
    this.#server = null;
    this.#screen.clear();
    this.#onChange();
  }

  /**
   * By capture time or drawing time, whichever makes the picture older: neither a wrong clock nor
   * a queue in the network may make a frozen picture look live.
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
