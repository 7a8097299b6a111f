/** One WebRTC connection with its two data channels (docs/protocol.md, section 3). */

import { Heartbeat } from "./heartbeat.js";

/** @typedef {import("../../protocol/messages.js").ControlFromCamera} ControlFromCamera */
/** @typedef {import("../../protocol/messages.js").ControlToCamera} ControlToCamera */
/** @typedef {import("../../protocol/messages.js").Delivery} Delivery */
/** @typedef {import("../../protocol/parts.js").Pause} Pause */

const LIFETIME_MS = 300;

/** @type {Readonly<Record<Delivery, RTCDataChannelInit>>} */
const DELIVERIES = {
  resilient: { ordered: false, maxPacketLifeTime: LIFETIME_MS },
  realtime: { ordered: false, maxRetransmits: 0 },
};

/**
 * @typedef {object} Handlers
 * @property {(channel: RTCDataChannel) => void} onChannel the frames' channel, just made
 * @property {() => void} onOpen frames may be sent
 * @property {(offset: number | null) => void} onOffset of the server's clock to ours, ms
 * @property {(message: import("../../protocol/parts.js").CameraMessage) => void} onMessage
 * @property {() => void} onFail
 */

export class Peer {
  #connection;
  #control;
  #handlers;
  #heartbeat;

  /**
   * @param {RTCIceServer[]} iceServers
   * @param {Delivery} delivery
   * @param {Handlers} handlers
   */
  constructor(iceServers, delivery, handlers) {
    this.#handlers = handlers;
    this.#heartbeat = new Heartbeat((message) => this.send(message), handlers.onOffset);
    this.#connection = new RTCPeerConnection({ iceServers });
    const frames = this.#connection.createDataChannel("frames", DELIVERIES[delivery]);
    handlers.onChannel(frames);
    this.#control = this.#connection.createDataChannel("control", { ordered: true });
    this.#control.onopen = () => this.#opened();
    this.#control.onclose = () => handlers.onFail();
    this.#control.onmessage = ({ data }) => this.#receive(JSON.parse(data));
    this.#connection.onconnectionstatechange = () => {
      if (this.#connection.connectionState === "failed") handlers.onFail();
    };
  }

  get isOpen() {
    return this.#control.readyState === "open";
  }

  /** Round trip to the server in ms; null before the first pong. */
  get roundTrip() {
    return this.#heartbeat.roundTrip;
  }

  /** @param {number} now ms */
  silence(now) {
    return this.#heartbeat.silence(now);
  }

  /** The SDP. It needs no candidates: the server answers the checks that the browser makes. */
  async offer() {
    await this.#connection.setLocalDescription();
    return this.#connection.localDescription?.sdp ?? "";
  }

  /** @param {string} sdp */
  async accept(sdp) {
    try {
      await this.#connection.setRemoteDescription({ type: "answer", sdp });
    } catch {
      if (this.#connection.signalingState !== "closed") this.#handlers.onFail();
    }
  }

  /**
   * @param {number} now ms
   * @param {Pause | null} pause why no frames come
   */
  beat(now, pause) {
    this.#heartbeat.beat(now, pause);
  }

  /** @param {ControlFromCamera} message */
  send(message) {
    if (this.isOpen) this.#control.send(JSON.stringify(message));
  }

  close() {
    this.#control.onopen = this.#control.onclose = this.#control.onmessage = null;
    this.#connection.onconnectionstatechange = null;
    this.#connection.close();
  }

  #opened() {
    this.#heartbeat.received();
    this.#handlers.onOpen();
  }

  /** @param {ControlToCamera} message */
  #receive(message) {
    if (message.type !== "pong") {
      this.#handlers.onMessage(message);
      return;
    }
    this.#heartbeat.received();
    this.#heartbeat.receivePong(message);
  }
}
