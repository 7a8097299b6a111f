/** The page's end of the capture worker: gives it pictures and a channel, and hears how it goes. */

/** @typedef {import("./messages.js").ToWorker} ToWorker */

/**
 * Chromium's page has it; where it is missing, pictures are taken from the preview.
 *
 * @type {(new (init: { track: MediaStreamTrack }) => { readable: ReadableStream<VideoFrame> })
 *   | undefined}
 */
const TrackProcessor = /** @type {any} */ (globalThis).MediaStreamTrackProcessor;

/**
 * @typedef {object} Handlers
 * @property {() => void} onTick ten times a second, also while the page is hidden
 * @property {(report: import("./messages.js").Report) => void} onReport
 */

export class Pipeline {
  /** Whether pictures keep coming while the page is hidden. */
  static worksHidden = TrackProcessor !== undefined;

  /** Whether this browser has all that capturing needs. */
  static get isSupported() {
    const fromPreview = "requestVideoFrameCallback" in HTMLVideoElement.prototype;
    const toWorker = TrackProcessor !== undefined || fromPreview;
    return toWorker && "OffscreenCanvas" in globalThis && "RTCPeerConnection" in globalThis;
  }

  /** @type {RTCDataChannel | null} */
  #pageChannel = null;
  #handlers;
  #source = 0;
  #worker = new Worker(new URL("./capture-worker.js", import.meta.url), { type: "module" });

  /** @param {Handlers} handlers */
  constructor(handlers) {
    this.#handlers = handlers;
    this.#worker.onmessage = ({ data }) => this.#heard(data);
  }

  /** @param {import("./messages.js").Settings} settings */
  set settings(settings) {
    this.#post({ type: "settings", settings });
  }

  /** @param {number} session */
  set session(session) {
    this.#post({ type: "session", session });
  }

  /** @param {number} offset of the server's clock to ours, ms */
  set offset(offset) {
    this.#post({ type: "offset", offset });
  }

  /**
   * @param {MediaStreamTrack} track
   * @param {HTMLVideoElement} preview shows the track
   */
  capture(track, preview) {
    this.#source += 1;
    if (TrackProcessor) {
      const { readable } = new TrackProcessor({ track });
      this.#post({ type: "source", readable }, [readable]);
    } else {
      this.#takeFrom(preview, this.#source);
    }
  }

  /**
   * Must be called right after the channel was made: later it cannot be transferred any more.
   *
   * @param {RTCDataChannel} channel
   */
  sendTo(channel) {
    this.#pageChannel = null;
    try {
      this.#post({ type: "channel", channel }, [/** @type {any} */ (channel)]);
    } catch (error) {
      if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
      this.#keep(channel);
    }
  }

  close() {
    this.#source = 0;
    this.#worker.terminate();
  }

  /** @param {import("./messages.js").FromWorker} message */
  #heard(message) {
    if (message.type === "tick") this.#handlers.onTick();
    else if (message.type === "report") this.#handlers.onReport(message.report);
    else this.#sendFromPage(message.message);
  }

  /** @param {RTCDataChannel} channel */
  #keep(channel) {
    this.#pageChannel = channel;
    const describe = () => this.#describePageChannel();
    channel.onopen = channel.onclose = channel.onbufferedamountlow = describe;
    describe();
  }

  /** @param {Uint8Array<ArrayBuffer>} message */
  #sendFromPage(message) {
    if (this.#pageChannel?.readyState === "open") this.#pageChannel.send(message);
    this.#describePageChannel();
  }

  #describePageChannel() {
    if (!this.#pageChannel) return;
    const { readyState, bufferedAmount } = this.#pageChannel;
    this.#post({ type: "page-channel", readyState, bufferedAmount });
  }

  /**
   * @param {HTMLVideoElement} preview
   * @param {number} source ends when another one begins
   */
  #takeFrom(preview, source) {
    preview.requestVideoFrameCallback(async () => {
      if (source !== this.#source) return;
      this.#takeFrom(preview, source);
      const picture = await createImageBitmap(preview);
      this.#post({ type: "picture", picture }, [picture]);
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
