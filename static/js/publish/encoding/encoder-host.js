/** What the capture page's worker does, apart from being a worker. */

import { Capture } from "./capture.js";
import { ProxyChannel } from "./proxy-channel.js";
import { canReadBack } from "./readback.js";

const TICK_MS = 100;
const TICKS_PER_REPORT = 10;

/** @typedef {import("../worker-messages.js").FromWorker} FromWorker */
/** @typedef {import("../worker-messages.js").ToWorker} ToWorker */

export class EncoderHost {
  #canvas;
  #capture;
  /** @type {Map<number, ProxyChannel>} */
  #proxies = new Map();
  #post;
  /** @type {ReadableStreamDefaultReader<VideoFrame> | null} */
  #reader = null;
  #ticks = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;
  /** @type {import("../worker-messages.js").Track | null} */
  #track = null;

  /**
   * @param {OffscreenCanvas} canvas
   * @param {(message: FromWorker, transfer?: Transferable[]) => void} post to the page
   */
  constructor(canvas, post) {
    this.#canvas = canvas;
    this.#capture = new Capture(canvas, (codecs) => post({ type: "encoders", codecs }));
    this.#post = post;
  }

  open() {
    const isBlind = !canReadBack(this.#canvas);
    this.#capture.isBlind = isBlind;
    this.#post({ type: "open", hasProcessor: "MediaStreamTrackProcessor" in globalThis, isBlind });
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  close() {
    clearInterval(this.#timer);
    this.#stopSource();
    this.#capture.close();
  }

  /** @param {ToWorker} message */
  receive(message) {
    switch (message.type) {
      case "settings":
        this.#capture.settings = message.settings;
        break;
      case "source":
        void this.#read(message.readable);
        break;
      case "track":
        this.#processTrack(message.track);
        break;
      case "picture":
        this.#capture.take(message.picture);
        break;
      case "no_source":
        this.#stopSource();
        break;
      case "channel":
        this.#capture.addChannel(message.channel);
        break;
      case "page_channel":
        this.#updateProxy(message);
        break;
      case "session":
        this.#capture.session = message.session;
        break;
      case "offset":
        this.#capture.offset = message.offset;
        break;
      case "wanted":
        this.#capture.wanted = message.wanted;
        break;
      case "key_frame":
        this.#capture.askKeyFrame();
        break;
      case "received":
        this.#capture.received(message.received);
    }
  }

  /** @param {ToWorker & { type: "page_channel" }} message */
  #updateProxy(message) {
    this.#proxy(message.id).update(message);
    if (message.readyState === "closed") this.#proxies.delete(message.id);
  }

  /** @param {number} id */
  #proxy(id) {
    const known = this.#proxies.get(id);
    if (known) return known;
    const channel = new ProxyChannel((message) => {
      this.#post({ type: "frame", id, message }, [message.buffer]);
    });
    this.#proxies.set(id, channel);
    this.#capture.addChannel(channel);
    return channel;
  }

  #tick() {
    this.#post({ type: "tick" });
    this.#capture.look();
    this.#ticks += 1;
    if (this.#ticks % TICKS_PER_REPORT) return;
    this.#post({ type: "report", report: this.#capture.report() });
  }

  /** @param {import("../worker-messages.js").Track} track */
  #processTrack(track) {
    this.#track = track;
    /** @type {import("../worker-messages.js").TrackProcessor} */
    const Processor = /** @type {any} */ (globalThis).MediaStreamTrackProcessor;
    void this.#read(new Processor({ track }).readable);
  }

  /** @param {ReadableStream<VideoFrame>} readable */
  async #read(readable) {
    const reader = readable.getReader();
    this.#reader = reader;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      this.#capture.take(value);
    }
  }

  #stopSource() {
    void this.#reader?.cancel();
    this.#track?.stop();
    this.#reader = this.#track = null;
  }
}
