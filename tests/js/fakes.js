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
  /** @type {((event: { code: number }) => void) | null} */
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

  /** @param {number} code */
  closeBy(code) {
    this.readyState = FakeWebSocket.CLOSED;
    this.onclose?.({ code });
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
export function settle() {
  return setImmediate();
}
