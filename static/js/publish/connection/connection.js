/**
 * Keeps one camera connected to the server: signaling, the link for its frames, and what to do when
 * either breaks, as states.js says.
 *
 * It has no timers of its own: `tick` is called often enough, also while the page is hidden.
 */

import { Backoff } from "../../lib/backoff.js";
import { localTime } from "../../lib/clock.js";
import { transition } from "../../lib/state-machine.js";
import { isFinal } from "../../protocol/close-codes.js";
import { Transport } from "../../protocol/transports.js";
import { Claim } from "./claim.js";
import { Event, eventOf, isSignaling } from "./events.js";
import { Peer } from "./peer.js";
import { Signaling } from "./signaling.js";
import { SocketLink } from "./socket-link.js";
import { BACKOFF, Phase, State, TABLE, TIMERS } from "./states.js";
import { Upgrade } from "./upgrade.js";

const SILENT_AFTER_MS = 2000;

/** @typedef {import("../../protocol/server-messages.js").Answer} Answer */
/** @typedef {import("../../protocol/server-messages.js").Ended} Ended */
/** @typedef {import("../../protocol/server-messages.js").PublishError} PublishError */
/** @typedef {import("../../protocol/server-messages.js").PublishMessage} PublishMessage */
/** @typedef {import("../../protocol/server-messages.js").Streaming} Streaming */
/** @typedef {import("../../protocol/server-messages.js").Welcome} Welcome */
/** @typedef {import("../../protocol/transports.js").TransportName} TransportName */

/**
 * @typedef {object} Handlers
 * @property {(phase: import("./states.js").PhaseName) => void} onPhase
 * @property {(transport: TransportName) => void} onTransport that frames take from now on
 * @property {(channel: RTCDataChannel) => void} onChannel a new channel for frames, just made
 * @property {(channel: import("../worker-messages.js").PageHeldChannel) => void} onSocketChannel
 *   frames go over the socket
 * @property {(session: number) => void} onSession the number that frames carry from now on
 * @property {(offset: number) => void} onOffset of the server's clock to ours, ms
 * @property {(message: import("../../protocol/server-messages.js").CameraMessage) => void} onMessage
 */

/**
 * What an event brings along. Which action gets which message, the table says.
 *
 * @typedef {{ message?: any, takesOver?: boolean, peer?: Peer }} Details
 */

export class PublishConnection {
  #backoff = new Backoff();
  #claim = new Claim();
  /** @type {number | null} when the timer of the state goes off */
  #deadline = null;
  /** @type {string[] | null} codecs of video, best first; null before they are known */
  #encoders = null;
  #handlers;
  #key;
  /** @type {Peer | SocketLink | null} */
  #link = null;
  /** @type {import("./states.js").PhaseName} */
  #phase = Phase.OFF;
  /** Of the offer. */
  #sdp = "";
  /** @type {Signaling | null} */
  #signaling = null;
  /** @type {import("./states.js").StateName} */
  #state = State.OFF;
  #upgrade = new Upgrade({
    makePeer: () => this.#makePeer(),
    onOffer: (sdp) => this.#signaling?.send({ type: "offer", sdp }),
    onOpen: (peer) => this.#on(Event.UPGRADED, { peer }),
  });
  #url;
  /** @type {Welcome | null} the server's newest */
  #welcome = null;

  /** Why it ended, as the server put it. */
  end = { reason: "", message: "", by: "" };
  /** Who publishes to the camera while it is busy. */
  otherPublisher = "";
  /**
   * Why no frames come, when they do not.
   *
   * @type {import("../../protocol/vocabulary.js").Pause | null}
   */
  pause = null;

  /**
   * @param {string} url of the publish socket
   * @param {Handlers} handlers
   * @param {string} [key] of a device without an account
   */
  constructor(url, handlers, key) {
    this.#url = url;
    this.#key = key;
    this.#handlers = handlers;
  }

  get phase() {
    return this.#phase;
  }

  get state() {
    return this.#state;
  }

  get roundTrip() {
    return this.#link?.roundTrip ?? null;
  }

  /** @param {boolean} takesOver sends away whoever else publishes to this camera */
  start(takesOver) {
    this.#on(Event.START, { takesOver });
  }

  /** Of a busy camera: sends the other publisher away. */
  takeOver() {
    this.#on(Event.TAKE_OVER, { takesOver: true });
  }

  stop() {
    this.#on(Event.STOP);
  }

  /** Another network may be there, or the one there was again: no need to wait any longer. */
  networkChanged() {
    this.#on(Event.NETWORK_CHANGED);
    this.#upgrade.networkChanged();
  }

  /** @param {number} now ms */
  tick(now) {
    if (this.#deadline !== null && now >= this.#deadline) this.#on(Event.TIMEOUT);
    this.#upgrade.tick(now);
    if (!this.#link?.isOpen) return;
    if (this.#link.silence(now) > SILENT_AFTER_MS) this.#on(Event.LINK_SILENT);
    else this.#link.beat(now, this.pause);
  }

  /** @param {Omit<import("../worker-messages.js").Report, "limit">} report */
  report({ captured, sent, skipped, encodeMs, level }) {
    this.#link?.send({ type: "report", captured, sent, skipped, encode_ms: encodeMs, level });
  }

  /** @param {string[]} codecs of video that can be wanted, best first */
  set encoders(codecs) {
    this.#encoders = codecs;
    if (this.#phase === Phase.LIVE) this.#sendEncoders();
  }

  /**
   * @param {import("./events.js").EventName} event
   * @param {Details} [details]
   */
  #on(event, details = {}) {
    const found = transition(TABLE, this.#state, event);
    if (!found) return;
    if (found.to) this.#enter(found.to, details.message?.retry_after_s ?? 0);
    for (const action of found.do ?? []) this.#actions[action](details);
    if (found.phase) this.#show(found.phase);
  }

  /**
   * @param {import("./states.js").StateName} state
   * @param {number} retryAfterS by the server's wish
   */
  #enter(state, retryAfterS) {
    const timer = TIMERS[state] ?? null;
    const ms = timer === BACKOFF ? retryAfterS * 1000 + this.#backoff.next() : timer;
    this.#deadline = ms === null ? null : localTime() + ms;
    this.#state = state;
  }

  /** @param {import("./states.js").PhaseName} phase */
  #show(phase) {
    if (this.#phase === phase) return;
    this.#phase = phase;
    this.#handlers.onPhase(phase);
  }

  /** @type {Readonly<Record<import("./states.js").Action, (details: Details) => void>>} */
  #actions = {
    claim: ({ takesOver = false }) => {
      this.#claim.takesOver = takesOver;
    },
    open_socket: () => this.#openSocket(),
    close_socket: () => this.#closeSocket(),
    authenticate: () => this.#authenticate(),
    say_goodbye: () => this.#signaling?.send({ type: "bye" }),
    note_welcome: ({ message }) => {
      this.#welcome = message;
    },
    request: () => void this.#request(),
    ask_again: () => this.#ask(),
    attach: () => this.#signaling?.send({ type: "attach", resume: this.#claim.resume }),
    start_session: ({ message }) => this.#startSession(message),
    accept: ({ message }) => this.#accept(message),
    stream: () => this.#stream(),
    settle: () => this.#settle(),
    fall_back: () => {
      this.#claim.transport = Transport.WEBSOCKET;
    },
    drop_link: () => this.#dropLink(),
    accept_upgrade: ({ message }) => this.#upgrade.answered(message.sdp),
    refuse_upgrade: () => this.#upgrade.failed(),
    switch_link: ({ peer = null }) => this.#switchLink(peer),
    forget_session: () => {
      this.#claim.resume = null;
    },
    note_publisher: ({ message }) => {
      this.otherPublisher = message.publisher ?? "";
    },
    note_end: ({ message }) => this.#noteEnd(message),
  };

  // The socket

  #openSocket() {
    this.#signaling = new Signaling(this.#url, {
      onOpen: () => this.#on(Event.SOCKET_OPEN),
      onMessage: (message) => this.#receive(message),
      onClose: (code) => {
        this.#signaling = null;
        this.#on(isFinal(code) ? Event.SOCKET_CLOSED_FOR_GOOD : Event.SOCKET_CLOSED);
      },
    });
  }

  #closeSocket() {
    this.#signaling?.close();
    this.#signaling = null;
  }

  #authenticate() {
    this.#signaling?.send({ type: "authenticate", ...(this.#key && { key: this.#key }) });
  }

  /** @param {PublishMessage} message */
  #receive(message) {
    if (isSignaling(message)) this.#on(eventOf(message), { message });
    else if (this.#link instanceof SocketLink) this.#link.receive(message);
  }

  // The session

  /** Asks the server to take this camera. */
  async #request() {
    this.#dropLink();
    if (this.#claim.transport === Transport.WEBSOCKET) return this.#ask();
    const peer = this.#makePeer();
    this.#link = peer;
    this.#sdp = await peer.offer();
    if (peer === this.#link) this.#ask();
  }

  #ask() {
    this.#signaling?.send(this.#claim.message(this.#sdp));
  }

  /** @param {Answer | Streaming} message */
  #startSession({ session, resume }) {
    this.#claim.granted(resume);
    this.#handlers.onSession(session);
  }

  /** Signaling and link both stand. */
  #settle() {
    this.#backoff.reset();
    this.#sendEncoders();
    this.#handlers.onTransport(this.#claim.transport);
  }

  #sendEncoders() {
    if (this.#encoders) this.#link?.send({ type: "encoders", codecs: this.#encoders });
  }

  /** @param {Ended | PublishError} [message] none where the socket closed without a word */
  #noteEnd(message) {
    if (message?.type === "ended") {
      this.end = { reason: message.reason, message: message.message, by: message.by ?? "" };
    } else {
      this.end = { reason: message?.code ?? "refused", message: message?.message ?? "", by: "" };
    }
  }

  // The link

  #makePeer() {
    const { camera, ice_servers: iceServers } = /** @type {Welcome} */ (this.#welcome);
    const { onChannel, onOffset, onMessage } = this.#handlers;
    const peer = new Peer(iceServers, camera.delivery, {
      ...{ onChannel, onOffset, onMessage },
      onOpen: () => (peer === this.#link ? this.#on(Event.LINK_OPEN) : this.#upgrade.opened()),
      onFail: () => (peer === this.#link ? this.#on(Event.LINK_FAILED) : this.#upgrade.failed()),
    });
    return peer;
  }

  /** @param {Answer} message */
  #accept({ sdp }) {
    if (this.#link instanceof Peer) void this.#link.accept(sdp);
  }

  #stream() {
    if (!this.#signaling) return;
    const { onOffset, onMessage, onSocketChannel } = this.#handlers;
    this.#link = new SocketLink(this.#signaling, { onOffset, onMessage });
    onSocketChannel(this.#link.channel);
    if (this.#claim.hasWebRtc) this.#upgrade.start();
  }

  /** @param {Peer | null} peer that carries frames from now on */
  #switchLink(peer) {
    this.#link?.close();
    this.#link = peer;
    this.#claim.transport = Transport.WEBRTC;
  }

  #dropLink() {
    this.#upgrade.stop();
    this.#link?.close();
    this.#link = null;
  }
}
