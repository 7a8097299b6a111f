/** What carries a camera's frames: a peer, or the socket until a peer takes over. */

import { ConnectionEvent } from "./events.js";
import { Peer } from "./peer.js";
import { SocketLink } from "./socket-link.js";
import { Upgrade } from "./upgrade.js";

const SILENT_AFTER_MS = 2000;

/** @typedef {import("../../protocol/messages.js").ControlFromCamera} ControlFromCamera */
/** @typedef {import("../../protocol/messages.js").ControlToCamera} ControlToCamera */
/** @typedef {import("../../protocol/messages.js").Taken} Taken */
/** @typedef {import("../../protocol/messages.js").Welcome} Welcome */
/** @typedef {import("../../protocol/parts.js").Pause} Pause */
/** @typedef {import("./events.js").EventName} EventName */
/** @typedef {import("./signaling.js").Signaling} Signaling */

/**
 * @typedef {object} Handlers
 * @property {(channel: RTCDataChannel) => void} onChannel a new channel for frames, just made
 * @property {(channel: import("../worker-messages.js").PageHeldChannel) => void} onSocketChannel
 *   frames go over the socket
 * @property {(offset: number | null) => void} onOffset of the server's clock to ours, ms
 * @property {(message: import("../../protocol/parts.js").CameraMessage) => void} onMessage
 * @property {(event: EventName) => void} onEvent something has happened to the link
 * @property {(sdp: string) => void} onUpgrade offers it
 */

export class Links {
  /** @type {Peer | SocketLink | null} */
  #current = null;
  #handlers;
  #upgrade;
  /** @type {Peer | null} that takes over */
  #upgraded = null;

  /**
   * What the server said about the camera.
   *
   * @type {Welcome | null}
   */
  welcome = null;

  /** @param {Handlers} handlers */
  constructor(handlers) {
    this.#handlers = handlers;
    this.#upgrade = new Upgrade({
      makePeer: () => this.#makePeer(),
      onOffer: handlers.onUpgrade,
      onOpen: (peer) => {
        this.#upgraded = peer;
        handlers.onEvent(ConnectionEvent.UPGRADED);
      },
    });
  }

  get roundTrip() {
    return this.#current?.roundTrip ?? null;
  }

  /**
   * @param {number} now ms
   * @param {Pause | null} pause why no frames come
   */
  tick(now, pause) {
    this.#upgrade.tick(now);
    if (!this.#current?.isOpen) return;
    if (this.#current.silence(now) > SILENT_AFTER_MS)
      this.#handlers.onEvent(ConnectionEvent.LINK_SILENT);
    else this.#current.beat(now, pause);
  }

  networkChanged() {
    this.#upgrade.networkChanged();
  }

  /** @param {ControlFromCamera} message */
  send(message) {
    this.#current?.send(message);
  }

  /** @param {ControlToCamera | Taken} message of the socket */
  receive(message) {
    if (this.#current instanceof SocketLink) this.#current.receive(message);
  }

  /**
   * Makes a peer, which replaces the current link.
   *
   * @returns {Promise<string | null>} its offer; null if it was dropped meanwhile
   */
  async offer() {
    this.drop();
    const peer = this.#makePeer();
    this.#current = peer;
    const sdp = await peer.offer();
    return peer === this.#current ? sdp : null;
  }

  /** @param {string} sdp that answers the offer */
  accept(sdp) {
    if (this.#current instanceof Peer) void this.#current.accept(sdp);
  }

  /**
   * Frames go over the socket.
   *
   * @param {Signaling} signaling
   * @param {boolean} mayUpgrade whether WebRTC is tried meanwhile
   */
  stream(signaling, mayUpgrade) {
    this.drop();
    const { onOffset, onMessage, onSocketChannel } = this.#handlers;
    this.#current = new SocketLink(signaling, { onOffset, onMessage });
    onSocketChannel(this.#current.channel);
    if (mayUpgrade) this.#upgrade.start();
  }

  /** @param {string} sdp that answers the upgrade's offer */
  acceptUpgrade(sdp) {
    this.#upgrade.answered(sdp);
  }

  refuseUpgrade() {
    this.#upgrade.refused();
  }

  /** Switches to the peer that has taken over. */
  switch() {
    this.#current?.close();
    this.#current = this.#upgraded;
    this.#upgraded = null;
  }

  drop() {
    this.#upgrade.stop();
    this.#current?.close();
    this.#current = null;
  }

  #makePeer() {
    const { camera, ice_servers: iceServers } = /** @type {Welcome} */ (this.welcome);
    const { onChannel, onOffset, onMessage, onEvent } = this.#handlers;
    const peer = new Peer(iceServers, camera.delivery, {
      onChannel,
      onOffset,
      onMessage,
      onOpen: () =>
        peer === this.#current ? onEvent(ConnectionEvent.LINK_OPEN) : this.#upgrade.opened(),
      onFail: () =>
        peer === this.#current ? onEvent(ConnectionEvent.LINK_FAILED) : this.#upgrade.failed(),
    });
    return peer;
  }
}
