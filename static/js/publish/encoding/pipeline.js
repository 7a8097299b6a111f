/** The page's end of the capture worker: sends it pictures and channels, receives its reports. */

import { chooseSource, canEncodeInWorker } from "../device/features.js";
import { PageEncoderHost } from "./page-encoder-host.js";

/** @typedef {import("../worker-messages.js").ToWorker} ToWorker */

/**
 * @typedef {object} Handlers
 * @property {() => void} onTick ten times a second, also while the page is hidden
 * @property {(report: import("../worker-messages.js").Report) => void} onReport
 * @property {(codecs: import("../worker-messages.js").VideoCodecName[]) => void} onEncoders the codecs of video
 *   that can be wanted, best first
 * @property {() => void} onBlind this browser makes neither pictures nor video
 * @property {() => void} onNotLoaded there will never be a tick
 */

export class Pipeline {
  #isBlind = false;
  #handlers;
  /** @type {import("../worker-messages.js").FrameChannel[]} those that stay with the page, by id */
  #held = [];
  /** What ends the source. */
  #stopSource = () => {};
  /** @type {import("../device/features.js").Source | null} */
  #source = null;
  /** @type {{ track: MediaStreamTrack, preview: HTMLVideoElement } | null} */
  #subject = null;
  /** @type {Worker | PageEncoderHost} */
  #worker = openHost();

  /** @param {Handlers} handlers */
  constructor(handlers) {
    this.#handlers = handlers;
    // Once it is open, an error does not end it.
    this.#worker.onerror = () => {
      if (!this.#source) handlers.onNotLoaded();
    };
    this.#worker.onmessage = (/** @type {{ data: any }} */ { data }) => this.#receive(data);
  }

  /** Whether pictures keep coming while the page is hidden. */
  get worksHidden() {
    return this.#source?.worksHidden ?? false;
  }

  /** @param {import("../worker-messages.js").Settings} settings */
  set settings(settings) {
    this.#post({ type: "settings", settings });
  }

  /** @param {number} session */
  set session(session) {
    this.#post({ type: "session", session });
  }

  /** @param {number | null} offset of the server's clock to ours, ms; null: not known now */
  set offset(offset) {
    this.#post({ type: "offset", offset });
  }

  /** @param {import("../worker-messages.js").Wanted} wanted besides the stills */
  set wanted(wanted) {
    this.#post({ type: "wanted", wanted });
  }

  askKeyFrame() {
    this.#post({ type: "key_frame" });
  }

  /** @param {import("../worker-messages.js").Received} received by the server */
  received(received) {
    this.#post({ type: "received", received });
  }

  /**
   * @param {MediaStreamTrack} track
   * @param {HTMLVideoElement} preview shows the track
   */
  capture(track, preview) {
    if (track === this.#subject?.track) return;
    this.stopCapture();
    this.#subject = { track, preview };
    this.#startSource();
  }

  /** Takes no more pictures until there is a track again. */
  stopCapture() {
    this.#stopSource();
    this.#stopSource = () => {};
    this.#subject = null;
    this.#post({ type: "no_source" });
  }

  /**
   * Must be called right after the channel was made: it cannot be transferred later.
   *
   * @param {RTCDataChannel} channel
   */
  useChannel(channel) {
    try {
      this.#post({ type: "channel", channel }, [/** @type {any} */ (channel)]);
    } catch (error) {
      if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
      const id = this.#hold(channel);
      channel.onopen = channel.onclose = channel.onbufferedamountlow = () => this.#describe(id);
    }
  }

  /** @param {import("../worker-messages.js").PageHeldChannel} channel which stays with the page */
  usePageChannel(channel) {
    const id = this.#hold(channel);
    channel.onchange = () => this.#describe(id);
  }

  close() {
    this.#stopSource();
    this.#worker.terminate();
  }

  /** @param {import("../worker-messages.js").FromWorker} message */
  #receive(message) {
    if (message.type === "open") this.#opened(message);
    else if (message.type === "report") this.#handlers.onReport(message.report);
    else if (message.type === "encoders") this.#tellEncoders(message.codecs);
    else if (message.type === "frame") this.#send(message);
    else this.#tick();
  }

  #tick() {
    this.#handlers.onTick();
    for (const id of this.#held.keys()) this.#describe(id);
  }

  /**
   * @param {import("../worker-messages.js").FrameChannel} channel
   * @returns {number} its id
   */
  #hold(channel) {
    const id = this.#held.push(channel) - 1;
    this.#describe(id);
    return id;
  }

  /** @param {{ id: number, message: Uint8Array<ArrayBuffer> }} frame */
  #send({ id, message }) {
    const channel = this.#held[id];
    if (channel?.readyState === "open") channel.send(message);
    this.#describe(id);
  }

  /** @param {number} id of the channel to describe to the worker again */
  #describe(id) {
    const channel = this.#held[id];
    if (!channel) return;
    const { readyState, bufferedAmount } = channel;
    this.#post({ type: "page_channel", id, readyState, bufferedAmount });
    if (readyState === "closed") delete this.#held[id];
  }

  /** @param {import("../worker-messages.js").VideoCodecName[]} codecs */
  #tellEncoders(codecs) {
    if (this.#isBlind && codecs.length === 0) this.#handlers.onBlind();
    else this.#handlers.onEncoders(codecs);
  }

  /** @param {import("../worker-messages.js").FromWorker & { type: "open" }} message */
  #opened({ hasProcessor, isBlind }) {
    this.#isBlind = isBlind;
    this.#source = chooseSource(hasProcessor);
    this.#startSource();
  }

  #startSource() {
    if (!this.#source || !this.#subject) return;
    this.#stopSource = this.#source.start({
      ...this.#subject,
      post: (message, transfer) => this.#post(message, transfer),
    });
  }

  /**
   * @param {ToWorker} message
   * @param {Transferable[]} [transfer]
   */
  #post(message, transfer = []) {
    this.#worker.postMessage(message, transfer);
  }
}

function openHost() {
  if (!canEncodeInWorker()) return new PageEncoderHost();
  return new Worker(new URL("./encoder-worker.js", import.meta.url), { type: "module" });
}
