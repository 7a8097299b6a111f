/**
 * Keeps one camera connected to the server: signaling, the link for its frames, and what to do when
 * either breaks, as states.js says.
 *
 * It has no timers of its own: `tick` is called often enough, also while the page is hidden.
 */

import { Backoff } from "../../lib/backoff.js";
import { localTime } from "../../lib/clock.js";
import { transition } from "../../lib/state-machine.js";
import { isFinal, retryAfterMs } from "../../protocol/close-codes.js";
import { Transport } from "../../protocol/transports.js";
import { Claim } from "./claim.js";
import { ConnectionEvent, eventOf, isSignaling } from "./events.js";
import { Links } from "./links.js";
import { Signaling } from "./signaling.js";
import { BACKOFF, Phase, ConnectionState, TABLE, TIMERS } from "./states.js";

/** @typedef {import("../../protocol/messages.js").Answer} Answer */
/** @typedef {import("../../protocol/messages.js").Ended} Ended */
/** @typedef {import("../../protocol/messages.js").PublishError} PublishError */
/** @typedef {import("../../protocol/messages.js").PublishToCamera} PublishToCamera */
/** @typedef {import("../../protocol/messages.js").Streaming} Streaming */
/** @typedef {import("../../protocol/messages.js").Welcome} Welcome */
/** @typedef {import("../../protocol/parts.js").SignalingMessage} SignalingMessage */
/** @typedef {import("../../protocol/transports.js").TransportName} TransportName */
/** @typedef {import("../../protocol/codecs/index.js").VideoCodecName} VideoCodecName */

/**
 * @typedef {object} OwnHandlers
 * @property {(phase: import("./states.js").PhaseName) => void} onPhase
 * @property {(camera: import("../../protocol/messages.js").CameraFacts) => void} onCamera as it is
 *   set now
 * @property {(transport: TransportName) => void} onTransport that frames take from now on
 * @property {(session: number) => void} onSession the number that frames carry from now on
 */

/** @typedef {OwnHandlers & Omit<import("./links.js").Handlers, "onEvent" | "onUpgrade">} Handlers */

/** @typedef {import("./states.js").Action} Action */

/**
 * What an event brings along.
 *
 * @typedef {{ message?: SignalingMessage, takesOver?: boolean }} Details
 */

/**
 * The messages that actions need. The table says which action gets which message.
 *
 * @typedef {object} Messages
 * @property {Welcome} store_welcome
 * @property {Answer | Streaming} start_session
 * @property {Answer} accept
 * @property {Answer} accept_upgrade
 * @property {PublishError} store_publisher
 * @property {PublishError} store_trouble
 * @property {Ended | PublishError | undefined} store_end none if the socket closed without one
 */

/**
 * @template {Action} Name
 * @typedef {Name extends keyof Messages ? { message: Messages[Name] } : Omit<Details, "message">} DetailsOf
 */

/** Nobody says when a camera is enabled again: it asks, seldom enough for a wall of devices. */
const ASK_WHILE_DISABLED_S = 5;

export class PublishConnection {
  #backoff = new Backoff();
  #claim = new Claim();
  /** @type {number | null} when the timer of the state goes off */
  #deadline = null;
  /** @type {VideoCodecName[] | null} codecs of video, best first; null before they are known */
  #encoders = null;
  #handlers;
  #key;
  #links;
  /** @type {import("./states.js").PhaseName} */
  #phase = Phase.OFF;
  /** Before then the server wants no further attempt. */
  #retryAt = -Infinity;
  /** The newest offer. */
  #sdp = "";
  /** @type {Signaling | null} */
  #signaling = null;
  /** @type {import("./states.js").StateName} */
  #state = ConnectionState.OFF;
  #url;

  /** Why it ended or has to wait, as the server put it. */
  end = { reason: "", message: "", by: "", why: "" };
  /** Who publishes to the camera while it is busy. */
  otherPublisher = "";
  /** Why the server doesn't take the camera now, in its words; empty where it has not said. */
  trouble = "";
  /**
   * Why no frames come, if they don't.
   *
   * @type {import("../../protocol/parts.js").Pause | null}
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
    this.#links = new Links({
      ...handlers,
      onEvent: (event) => this.#on(event),
      onUpgrade: (sdp) => this.#signaling?.send({ type: "offer", sdp }),
    });
  }

  get phase() {
    return this.#phase;
  }

  get state() {
    return this.#state;
  }

  get roundTrip() {
    return this.#links.roundTrip;
  }

  /** @param {boolean} takesOver sends away whoever else publishes to this camera */
  start(takesOver) {
    this.#on(ConnectionEvent.START, { takesOver });
  }

  /** Sends away whoever else publishes to the camera. */
  takeOver() {
    this.#on(ConnectionEvent.TAKE_OVER, { takesOver: true });
  }

  stop() {
    this.#on(ConnectionEvent.STOP);
  }

  /** A person has asked to wait no longer, whatever the server said. */
  retryNow() {
    this.#on(ConnectionEvent.RETRY_NOW);
  }

  /** There may be another network, or the same one again: no need to wait any longer. */
  networkChanged() {
    // Where the server asked to wait, the network is not why.
    if (localTime() >= this.#retryAt) this.#on(ConnectionEvent.NETWORK_CHANGED);
    this.#links.networkChanged();
  }

  /** @param {number} now ms */
  tick(now) {
    if (this.#deadline !== null && now >= this.#deadline) this.#on(ConnectionEvent.TIMEOUT);
    this.#links.tick(now, this.pause);
  }

  /** @param {Omit<import("../worker-messages.js").Report, "limit">} report */
  report({ captured, sent, skipped, encodeMs, level }) {
    this.#links.send({ type: "report", captured, sent, skipped, encode_ms: encodeMs, level });
  }

  /** @param {VideoCodecName[]} codecs of video that can be wanted, best first */
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
    if (found.to) this.#enter(found.to, retryAfterS(details.message));
    for (const action of found.do ?? []) this.#act(action, details);
    if (found.phase) this.#show(found.phase);
  }

  /**
   * @param {import("./states.js").StateName} state
   * @param {number} retryAfterS that the server asks for
   */
  #enter(state, retryAfterS) {
    const timer = TIMERS[state] ?? null;
    const now = localTime();
    this.#retryAt = Math.max(this.#retryAt, now + retryAfterS * 1000);
    const told = this.#retryAt - now;
    const ms = timer === BACKOFF ? told + this.#backoff.next() : timer;
    this.#deadline = ms === null ? null : now + ms;
    this.#state = state;
  }

  /** @param {import("./states.js").PhaseName} phase */
  #show(phase) {
    if (this.#phase === phase) return;
    this.#phase = phase;
    this.#handlers.onPhase(phase);
  }

  /**
   * @param {Action} action
   * @param {Details} details
   */
  #act(action, details) {
    const act = /** @type {(details: Details) => void} */ (this.#actions[action]);
    act(details);
  }

  /** @type {{ readonly [Name in Action]: (details: DetailsOf<Name>) => void }} */
  #actions = {
    claim: ({ takesOver = false }) => {
      this.#claim.takesOver = takesOver;
    },
    open_socket: () => this.#openSocket(),
    close_socket: () => this.#closeSocket(),
    authenticate: () => this.#authenticate(),
    send_bye: () => this.#signaling?.send({ type: "bye" }),
    store_welcome: ({ message }) => {
      this.#links.welcome = message;
      this.#handlers.onCamera(message.camera);
    },
    make_request: () => void this.#makeRequest(),
    send_request: () => this.#sendRequest(),
    attach: () => this.#signaling?.send({ type: "attach", resume: this.#claim.resume ?? "" }),
    start_session: ({ message }) => this.#startSession(message),
    accept: ({ message }) => this.#links.accept(message.sdp),
    stream: () => this.#stream(),
    announce_live: () => this.#announceLive(),
    fall_back: () => {
      this.#claim.transport = Transport.WEBSOCKET;
    },
    drop_link: () => this.#links.drop(),
    accept_upgrade: ({ message }) => this.#links.acceptUpgrade(message.sdp),
    refuse_upgrade: () => this.#links.refuseUpgrade(),
    switch_link: () => this.#switchLink(),
    clear_resume_token: () => {
      this.#claim.resume = null;
    },
    store_publisher: ({ message }) => {
      this.otherPublisher = message.publisher ?? "";
    },
    store_trouble: ({ message }) => {
      this.trouble = message.message;
      // It may be another one than at the attempt before.
      this.#handlers.onPhase(this.#phase);
    },
    store_end: ({ message }) => this.#storeEnd(message),
  };

  // The socket

  #openSocket() {
    this.#signaling = new Signaling(this.#url, {
      onOpen: () => this.#on(ConnectionEvent.SOCKET_OPEN),
      onMessage: (message) => this.#receive(message),
      onClose: (close) => {
        this.#signaling = null;
        const told = retryAfterMs(close);
        this.#retryAt = Math.max(this.#retryAt, localTime() + told);
        this.#on(isFinal(close.code) ? ConnectionEvent.SOCKET_CLOSED_FOR_GOOD : closedEvent(told));
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

  /** @param {PublishToCamera} message */
  #receive(message) {
    if (isSignaling(message)) this.#on(eventOf(message), { message });
    else this.#links.receive(message);
  }

  // The session

  /** Asks the server to take this camera. */
  async #makeRequest() {
    if (this.#claim.transport === Transport.WEBRTC) {
      const sdp = await this.#links.offer();
      if (sdp === null) return;
      this.#sdp = sdp;
    } else this.#links.drop();
    this.#sendRequest();
  }

  #sendRequest() {
    this.#signaling?.send(this.#claim.message(this.#sdp));
  }

  #stream() {
    if (this.#signaling) this.#links.stream(this.#signaling, this.#claim.hasWebRtc);
  }

  #switchLink() {
    this.#links.switch();
    this.#claim.transport = Transport.WEBRTC;
  }

  /** @param {Answer | Streaming} message */
  #startSession({ session, resume }) {
    this.#claim.granted(resume);
    this.#handlers.onSession(session);
  }

  /** Signaling and link are both open. */
  #announceLive() {
    this.trouble = "";
    this.#retryAt = -Infinity;
    this.#backoff.reset();
    this.#sendEncoders();
    this.#handlers.onTransport(this.#claim.transport);
  }

  #sendEncoders() {
    if (this.#encoders) this.#links.send({ type: "encoders", codecs: this.#encoders });
  }

  /** @param {Messages["store_end"]} message */
  #storeEnd(message) {
    if (message?.type === "ended") {
      const { reason, by = "", why = "" } = message;
      this.end = { reason, message: message.message, by, why };
    } else {
      const reason = message?.code ?? "refused";
      this.end = { reason, message: message?.message ?? "", by: "", why: message?.why ?? "" };
    }
    // It may be another one than at the attempt before.
    if (this.#phase === Phase.WAITING) this.#handlers.onPhase(this.#phase);
  }
}

/** @param {number} told for how long the server wants no further attempt, ms */
function closedEvent(told) {
  return told ? ConnectionEvent.SOCKET_REFUSED : ConnectionEvent.SOCKET_CLOSED;
}

/** @param {SignalingMessage} [message] */
function retryAfterS(message) {
  if (message && eventOf(message) === ConnectionEvent.DISABLED) return ASK_WHILE_DISABLED_S;
  return message?.type === "error" || message?.type === "ended" ? (message.retry_after_s ?? 0) : 0;
}
