/** Stand-ins for what only browsers have. */

import { setImmediate } from "node:timers/promises";

/** A WebSocket whose other end is the test. */
export class FakeWebSocket {
  static CONNECTING = 0;
  static OPEN = 1;
  static CLOSED = 3;

  /** @type {FakeWebSocket[]} */
  static all = [];

  static get last() {
    return /** @type {FakeWebSocket} */ (FakeWebSocket.all.at(-1));
  }

  readyState = FakeWebSocket.CONNECTING;
  /** @type {any[]} */
  sent = [];
  /** @type {(() => void) | null} */
  onopen = null;
  /** @type {((event: { data: any }) => void) | null} */
  onmessage = null;
  /** @type {((event: { code: number, reason: string }) => void) | null} */
  onclose = null;

  constructor() {
    FakeWebSocket.all.push(this);
  }

  /** @param {string | Uint8Array} message */
  send(message) {
    this.sent.push(typeof message === "string" ? JSON.parse(message) : message);
  }

  close() {
    this.readyState = FakeWebSocket.CLOSED;
  }

  // The server's end

  open() {
    this.readyState = FakeWebSocket.OPEN;
    this.onopen?.();
  }

  /** @param {object} message */
  say(message) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  /**
   * @param {number} code
   * @param {string} [reason]
   */
  closeBy(code, reason = "") {
    this.readyState = FakeWebSocket.CLOSED;
    this.onclose?.({ code, reason });
  }

  /** @param {string} type */
  sentOf(type) {
    return this.sent.filter((message) => message.type === type);
  }
}

class FakeDataChannel {
  readyState = "connecting";
  /** @type {any[]} */
  sent = [];
  /** @type {(() => void) | null} */
  onopen = null;
  /** @type {(() => void) | null} */
  onclose = null;
  /** @type {((event: { data: any }) => void) | null} */
  onmessage = null;

  /**
   * @param {string} label
   * @param {RTCDataChannelInit} options
   */
  constructor(label, options) {
    this.label = label;
    this.options = options;
  }

  /** @param {string} text */
  send(text) {
    this.sent.push(JSON.parse(text));
  }

  /** @param {object} message */
  say(message) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  open() {
    this.readyState = "open";
    this.onopen?.();
  }

  closeByServer() {
    this.readyState = "closed";
    this.onclose?.();
  }
}

export class FakePeerConnection {
  /** @type {FakePeerConnection[]} */
  static all = [];

  static get last() {
    return /** @type {FakePeerConnection} */ (FakePeerConnection.all.at(-1));
  }

  /** @type {FakeDataChannel[]} */
  channels = [];
  connectionState = "new";
  /** For as long as a server that it was given does not answer. */
  iceGatheringState = "gathering";
  isClosed = false;
  /** @type {{ sdp: string } | null} */
  localDescription = null;
  /** @type {(() => void) | null} */
  onconnectionstatechange = null;
  signalingState = "stable";

  constructor() {
    FakePeerConnection.all.push(this);
  }

  /** @param {string} label @param {RTCDataChannelInit} options */
  createDataChannel(label, options) {
    const channel = new FakeDataChannel(label, options);
    this.channels.push(channel);
    return channel;
  }

  async setLocalDescription() {
    this.localDescription = { sdp: `offer ${FakePeerConnection.all.indexOf(this) + 1}` };
  }

  /** @param {{ sdp: string }} description */
  async setRemoteDescription({ sdp }) {
    if (sdp === "nonsense") throw new Error("no SDP");
  }

  close() {
    this.isClosed = true;
    this.signalingState = "closed";
  }

  get control() {
    return this.channels[1];
  }
}

/** Lets everything that is already settled run. */
export function runPending() {
  return setImmediate();
}

/** A picture, which counts those of its kind that nobody closed. */
export class FakeVideoFrame {
  static open = 0;
  /** Cameras seldom say one. */
  static colorSpace = {
    matrix: /** @type {string | null} */ (null),
    fullRange: /** @type {boolean | null} */ (null),
  };

  /**
   * @param {FakeVideoFrame} [_from]
   * @param {{ timestamp: number, colorSpace?: typeof FakeVideoFrame.colorSpace }} [init]
   */
  constructor(_from, { timestamp, colorSpace } = { timestamp: 0 }) {
    this.timestamp = timestamp;
    this.colorSpace = colorSpace ?? FakeVideoFrame.colorSpace;
    FakeVideoFrame.open += 1;
  }

  close() {
    FakeVideoFrame.open -= 1;
  }
}

/** A canvas on which only filled areas are to be seen. */
export class FakeCanvas {
  width = 1;
  height = 1;
  /** @type {Map<number, number[]>} colours by their left edge */
  #filled = new Map();
  /** What the browser makes of what is read. */
  read = (/** @type {number[]} */ values) => values;

  getContext() {
    const context = {
      fillStyle: "rgb(0, 0, 0)",
      drawImage() {},
      fillRect: (/** @type {number} */ left) => {
        this.#filled.set(left, context.fillStyle.match(/\d+/g)?.map(Number) ?? []);
      },
      getImageData: (/** @type {number[]} */ ...[left, , width, height]) => {
        const pixel = [...(this.#filled.get(left) ?? [0, 0, 0]), 255];
        const values = Array.from({ length: width * height }, () => pixel).flat();
        return { data: new Uint8ClampedArray(this.read(values)) };
      },
    };
    return context;
  }

  /** @returns {OffscreenCanvas} one of which this is read */
  static reading(read = (/** @type {number[]} */ values) => values) {
    return /** @type {any} */ (Object.assign(new FakeCanvas(), { read }));
  }
}

/** An encoder whose chunks come when the test says so. */
export class FakeVideoEncoder {
  /** @type {FakeVideoEncoder[]} */
  static all = [];
  /** @type {string[]} names of codecs */
  static supported = [];

  static get last() {
    return /** @type {FakeVideoEncoder} */ (FakeVideoEncoder.all.at(-1));
  }

  /** @param {VideoEncoderConfig} config */
  static async isConfigSupported({ codec }) {
    return { supported: FakeVideoEncoder.supported.includes(codec) };
  }

  /** Of the next chunks. */
  bytes = 100;
  /** How many pictures it keeps inside, as one that looks ahead does; these no longer wait. */
  ahead = 0;
  /** @type {VideoEncoderConfig | null} */
  config = null;
  /** @type {(string | null)[]} of each picture */
  colours = [];
  state = "unconfigured";
  #init;
  /** @type {{ timestamp: number, type: "key" | "delta" }[]} */
  #waiting = [];

  /** @param {VideoEncoderInit} init */
  constructor(init) {
    this.#init = init;
    FakeVideoEncoder.all.push(this);
  }

  get encodeQueueSize() {
    return Math.max(0, this.#waiting.length - this.ahead);
  }

  get isClosed() {
    return this.state === "closed";
  }

  /** @param {VideoEncoderConfig} config */
  configure(config) {
    this.config = config;
    this.state = "configured";
  }

  /**
   * @param {FakeVideoFrame} frame
   * @param {{ keyFrame: boolean }} options
   */
  encode({ timestamp, colorSpace }, { keyFrame }) {
    if (this.state !== "configured") throw new DOMException("", "InvalidStateError");
    this.colours.push(colorSpace.matrix);
    this.#waiting.push({ timestamp, type: keyFrame ? "key" : "delta" });
  }

  close() {
    this.state = "closed";
    this.#waiting = [];
  }

  // The browser's end

  /** Makes nothing of the oldest picture, as the bit rate may demand. */
  drop() {
    this.#waiting.shift();
  }

  /** @param {number} [count] of chunks that are ready; by default all that it does not keep */
  finish(count = Math.max(0, this.#waiting.length - this.ahead)) {
    for (const chunk of this.#waiting.splice(0, count)) {
      const { bytes: byteLength } = this;
      const copyTo = () => {};
      this.#init.output(/** @type {any} */ ({ ...chunk, byteLength, copyTo }));
    }
  }

  fail() {
    this.close();
    this.#init.error(new DOMException("", "EncodingError"));
  }
}

/** What a browser keeps for a page. */
export class FakeStorage {
  /** @type {Map<string, string>} */
  #items = new Map();

  /** @param {string} key */
  getItem(key) {
    return this.#items.get(key) ?? null;
  }

  /**
   * @param {string} key
   * @param {string} value
   */
  setItem(key, value) {
    this.#items.set(key, value);
  }
}
