/** Frames over the publish socket, where WebRTC cannot connect (docs/protocol.md, section 2). */

import { localTime } from "../../lib/clock.js";
import { Heartbeat } from "./heartbeat.js";

/** The server's `taken` may be this much later than the shortest round trip. */
const JITTER_MS = 30;

/** @typedef {import("../../protocol/messages.js").ControlFromCamera} ControlFromCamera */
/** @typedef {import("../../protocol/messages.js").ControlToCamera} ControlToCamera */
/** @typedef {import("../../protocol/messages.js").Taken} Taken */
/** @typedef {import("../../protocol/parts.js").Pause} Pause */

/**
 * @typedef {object} Handlers
 * @property {(offset: number | null) => void} onOffset of the server's clock to ours, ms
 * @property {(message: import("../../protocol/parts.js").CameraMessage) => void} onMessage
 */

export class SocketLink {
  #handlers;
  #heartbeat;
  #signaling;
  isOpen = true;
  channel;

  /**
   * @param {import("./signaling.js").Signaling} signaling
   * @param {Handlers} handlers
   */
  constructor(signaling, handlers) {
    this.#signaling = signaling;
    this.#handlers = handlers;
    this.#heartbeat = new Heartbeat((message) => this.send(message), handlers.onOffset);
    this.channel = new SocketChannel(signaling, () => this.roundTrip ?? 0);
  }

  /** Round trip to the server in ms; null before the first pong. */
  get roundTrip() {
    return this.#heartbeat.roundTrip;
  }

  /** @param {number} now ms */
  silence(now) {
    return this.#heartbeat.silence(now);
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
    this.#signaling.send(message);
  }

  /** @param {Taken | ControlToCamera} message */
  receive(message) {
    this.#heartbeat.received();
    if (message.type === "pong") this.#heartbeat.receivePong(message);
    else if (message.type === "taken") this.channel.taken(message.frames);
    else this.#handlers.onMessage(message);
  }

  close() {
    this.channel.close();
  }
}

/**
 * What a socket's own `bufferedAmount` does not tell: how much has been in transit for too long.
 * The system takes megabytes before the browser has to keep any, and pictures would get old there.
 */
class SocketChannel {
  #isClosed = false;
  #roundTrip;
  #signaling;
  #taken = 0;
  /** @type {{ bytes: number, at: number }[]} sent and not yet taken, oldest first */
  #underWay = [];

  /** Called whenever more or less is waiting. */
  onchange = () => {};

  /**
   * @param {import("./signaling.js").Signaling} signaling
   * @param {() => number} roundTrip the shortest, ms
   */
  constructor(signaling, roundTrip) {
    this.#signaling = signaling;
    this.#roundTrip = roundTrip;
  }

  /** @returns {RTCDataChannelState} */
  get readyState() {
    return this.#isClosed || !this.#signaling.isOpen ? "closed" : "open";
  }

  get bufferedAmount() {
    const since = localTime() - this.#roundTrip() - JITTER_MS;
    const late = this.#underWay.filter(({ at }) => at < since);
    return late.reduce((total, { bytes }) => total + bytes, 0);
  }

  /** @param {Uint8Array<ArrayBuffer>} message */
  send(message) {
    this.#signaling.sendFrame(message);
    this.#underWay.push({ bytes: message.byteLength, at: localTime() });
    this.onchange();
  }

  /** @param {number} frames that the server has taken from this socket in total */
  taken(frames) {
    this.#underWay.splice(0, frames - this.#taken);
    this.#taken = frames;
    this.onchange();
  }

  close() {
    this.#isClosed = true;
    this.onchange();
  }
}
