/**
 * Keeps one camera connected to the server: signaling, the way for its frames, and what to do when
 * either breaks.
 *
 * It has no timers of its own: `tick` is called often enough, also while the page is hidden.
 */

import { Backoff } from "../../lib/backoff.js";
import { localTime } from "../../lib/clock.js";
import { Peer } from "./peer.js";
import { Signaling } from "./signaling.js";
import { SocketLink } from "./socket-link.js";

/** A negotiation that takes longer is given up by the server, too. */
const NEGOTIATION_TIMEOUT = 15_000;
/** From the answer to open channels. On a network that lets WebRTC through it takes 0.1 s. */
const CONNECT_TIMEOUT = 5000;
const SILENT_AFTER = 2000;
/** The server closes the peer and says why on the socket; either may be here first. */
const REASON_TIMEOUT = 500;
/** Between attempts at WebRTC while frames go over the socket; doubled each time. */
const FIRST_UPGRADE_WAIT = 15_000;
const LONGEST_UPGRADE_WAIT = 300_000;
/** A camera in use is asked for again, in case it has become free. */
const ASK_AGAIN = 3000;

/** Close codes after which another attempt would end the same way. */
const FINAL_CODES = [1000, 4400, 4403];
/** Errors of the server after which another attempt would end the same way. */
const FINAL_ERRORS = ["bad_message", "bad_offer", "not_allowed"];
/** Ends of a session that nobody wanted. */
const ACCIDENTS = ["lost", "signaling_lost", "peer_failed", "server_stopped"];

/** @typedef {"hidden" | "interrupted" | "unplugged" | "denied"} Pause */
/** @typedef {"off" | "connecting" | "live" | "reconnecting" | "busy" | "ended"} Phase */
/** @typedef {"webrtc" | "websocket"} Transport */

/**
 * @typedef {object} Handlers
 * @property {(phase: Phase) => void} onPhase
 * @property {(transport: Transport) => void} onTransport the way that frames take from now on
 * @property {(channel: RTCDataChannel) => void} onChannel a new channel for frames, just made
 * @property {(channel: import("../worker-messages.js").PageHeldChannel) => void} onSocketChannel another way for frames
 * @property {(session: number) => void} onSession the number that frames carry from now on
 * @property {(offset: number) => void} onOffset of the server's clock to ours, ms
 * @property {(message: any) => void} onMessage what the control channel says
 */

export class Publisher {
  /** @type {number | null} */
  #askAgainAt = null;
  #backoff = new Backoff();
  /** @type {number | null} */
  #deadline = null;
  #delivery = "";
  /** @type {string[] | null} codecs of video, best first; null before they are known */
  #encoders = null;
  #handlers;
  /** Some browsers are built or set up without it. */
  #hasWebRtc = "RTCPeerConnection" in globalThis;
  /** Whether there is an answer, and its peer is not open yet. */
  #isAnswered = false;
  /** @type {RTCIceServer[]} */
  #iceServers = [];
  #key;
  /** @type {Peer | SocketLink | null} */
  #link = null;
  /** @type {Phase} */
  #phase = "off";
  /** @type {string | null} */
  #resume = null;
  /** @type {number | null} */
  #retryAt = null;
  #sdp = "";
  /** @type {Signaling | null} */
  #signaling = null;
  #takeOver = false;
  /** @type {Transport} to try next */
  #transport = this.#hasWebRtc ? "webrtc" : "websocket";
  /** @type {Peer | null} that may take over from the socket */
  #upgrade = null;
  /** @type {number | null} when to try, or when to give the attempt up */
  #upgradeAt = null;
  #upgradeWait = FIRST_UPGRADE_WAIT;
  #url;

  /** Why it ended, as the server put it. */
  end = { reason: "", message: "", by: "" };
  /** Who publishes to the camera while it is busy. */
  otherPublisher = "";
  /**
   * Why no frames come, when they do not.
   *
   * @type {Pause | null}
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

  get roundTrip() {
    return this.#link?.roundTrip ?? null;
  }

  /** @param {boolean} takeOver sends away whoever else films for this camera */
  start(takeOver) {
    this.#takeOver = takeOver;
    this.#changeTo("connecting");
    this.#connect();
  }

  /** Of a busy camera: sends the other publisher away. */
  takeOver() {
    if (!this.#signaling) return this.start(true);
    this.#takeOver = true;
    this.#changeTo("connecting");
    this.#ask();
  }

  stop() {
    this.#signaling?.send({ type: "bye" });
    this.#finish("off");
  }

  /** Another network may be there, or the one there was again: no need to wait any longer. */
  networkChanged() {
    if (this.#retryAt !== null) this.#retryAt = localTime();
    this.#upgradeWait = FIRST_UPGRADE_WAIT;
    if (this.#upgradeAt !== null && !this.#upgrade) this.#upgradeAt = localTime();
  }

  /** @param {number} now ms */
  tick(now) {
    if (this.#retryAt !== null && now >= this.#retryAt) this.#connect();
    if (this.#deadline !== null && now >= this.#deadline) this.#outOfTime();
    if (this.#askAgainAt !== null && now >= this.#askAgainAt) this.#ask();
    if (this.#upgradeAt !== null && now >= this.#upgradeAt) this.#tryUpgrade(now);
    if (!this.#link?.isOpen) return;
    if (this.#link.silence(now) > SILENT_AFTER) this.#reconnect();
    else this.#link.beat(now, this.pause);
  }

  /** @param {Omit<import("../worker-messages.js").Report, "limit">} report */
  report({ captured, sent, skipped, encodeMs, level }) {
    this.#link?.send({ type: "report", captured, sent, skipped, encode_ms: encodeMs, level });
  }

  /** @param {string[]} codecs of video that can be wanted, best first */
  set encoders(codecs) {
    this.#encoders = codecs;
    if (this.#phase === "live") this.#tellEncoders();
  }

  #tellEncoders() {
    if (this.#encoders) this.#link?.send({ type: "encoders", codecs: this.#encoders });
  }

  #connect() {
    this.#retryAt = null;
    this.#deadline = localTime() + NEGOTIATION_TIMEOUT;
    this.#signaling = new Signaling(this.#url, {
      onOpen: () => {
        this.#signaling?.send({ type: "authenticate", ...(this.#key && { key: this.#key }) });
      },
      onMessage: (message) => void this.#heard(message),
      onClose: (code) => this.#signalingClosed(code),
    });
  }

  /** @param {any} message */
  async #heard(message) {
    switch (message.type) {
      case "welcome":
        this.#welcomed(message);
        break;
      case "answer":
        await this.#answered(message);
        break;
      case "streaming":
        this.#streaming(message);
        break;
      case "attached":
        this.#settled("webrtc");
        break;
      case "ended":
        if (ACCIDENTS.includes(message.reason)) this.#reconnect();
        else this.#endWith(message);
        break;
      case "error":
        this.#refused(message);
        break;
      default:
        if (this.#link instanceof SocketLink) this.#link.heard(message);
    }
  }

  /** @param {{ camera: { delivery: string }, ice_servers: RTCIceServer[] }} message */
  #welcomed({ camera, ice_servers: iceServers }) {
    this.#iceServers = iceServers;
    this.#delivery = camera.delivery;
    if (this.#link?.isOpen) this.#signaling?.send({ type: "attach", resume: this.#resume });
    else if (this.#transport === "webrtc") void this.#negotiate();
    else this.#ask();
  }

  async #negotiate() {
    this.#link?.close();
    const peer = this.#makePeer(
      () => this.#settled("webrtc"),
      () => this.#peerFailed(),
    );
    this.#link = peer;
    this.#isAnswered = false;
    this.#sdp = await peer.offer();
    if (peer === this.#link) this.#ask();
  }

  /**
   * @param {() => void} onOpen
   * @param {() => void} onFail
   */
  #makePeer(onOpen, onFail) {
    const { onChannel, onOffset, onMessage } = this.#handlers;
    return new Peer(this.#iceServers, this.#delivery, {
      onChannel,
      onOffset,
      onMessage,
      onOpen,
      onFail,
    });
  }

  /** Asks the server to take this camera. */
  #ask() {
    this.#askAgainAt = null;
    this.#deadline = localTime() + NEGOTIATION_TIMEOUT;
    this.#signaling?.send({
      ...(this.#transport === "webrtc" ? { type: "offer", sdp: this.#sdp } : { type: "stream" }),
      ...(this.#resume && { resume: this.#resume }),
      ...(this.#takeOver && { take_over: true }),
    });
  }

  /** @param {{ sdp: string, session: number, resume: string }} message */
  async #answered(message) {
    if (this.#upgrade) return this.#upgrade.accept(message.sdp);
    this.#taken(message);
    this.#isAnswered = true;
    this.#deadline = localTime() + CONNECT_TIMEOUT;
    if (this.#link instanceof Peer) await this.#link.accept(message.sdp);
  }

  /** @param {{ session: number, resume: string }} message */
  #streaming(message) {
    if (!this.#signaling) return;
    this.#taken(message);
    const { onOffset, onMessage, onSocketChannel } = this.#handlers;
    this.#link = new SocketLink(this.#signaling, { onOffset, onMessage });
    onSocketChannel(this.#link.channel);
    if (this.#hasWebRtc) this.#upgradeAt = localTime() + this.#upgradeWait;
    this.#settled("websocket");
  }

  /** @param {{ session: number, resume: string }} message */
  #taken({ session, resume }) {
    this.#resume = resume;
    this.#takeOver = false;
    this.#handlers.onSession(session);
  }

  /**
   * Signaling and the way for frames both stand.
   *
   * @param {Transport} transport
   */
  #settled(transport) {
    this.#transport = transport;
    this.#isAnswered = false;
    this.#deadline = null;
    this.#backoff.reset();
    this.#tellEncoders();
    this.#handlers.onTransport(transport);
    this.#changeTo("live");
  }

  /** @param {any} error */
  #refused({ code, message, publisher, retry_after_s: retryAfter }) {
    if (this.#upgrade && code !== "not_allowed" && code !== "bad_message") {
      this.#postponeUpgrade();
    } else if (code === "camera_busy") {
      this.#deadline = null;
      this.#askAgainAt = localTime() + ASK_AGAIN;
      this.otherPublisher = publisher ?? "";
      this.#changeTo("busy");
    } else if (code === "gone") {
      this.#offerAnew();
    } else if (FINAL_ERRORS.includes(code)) {
      this.#endWith({ reason: code, message });
    } else {
      this.#reconnect((retryAfter ?? 0) * 1000);
    }
  }

  /** What was to be attached to is over; and so is the session, when an offer hears this. */
  #offerAnew() {
    if (!this.#link?.isOpen) this.#resume = null;
    this.#changeTo("reconnecting");
    void this.#negotiate();
  }

  /** @param {number} code */
  #signalingClosed(code) {
    this.#signaling = null;
    this.#askAgainAt = null;
    if (this.#phase === "busy") this.#dropLink();
    else if (FINAL_CODES.includes(code)) this.#endWith({ reason: "refused", message: "" });
    else if (this.#link instanceof Peer && this.#link.isOpen) this.#retry();
    else this.#reconnect();
  }

  #peerFailed() {
    if (!this.#signaling) return this.#reconnect();
    if (this.#isAnswered) return this.#fallBack();
    this.#dropLink();
    this.#changeTo("reconnecting");
    this.#deadline = localTime() + REASON_TIMEOUT;
  }

  #outOfTime() {
    if (this.#isAnswered) this.#fallBack();
    else this.#reconnect();
  }

  /** WebRTC does not get through: the same session goes over a socket, at once. */
  #fallBack() {
    this.#dropLink();
    this.#transport = "websocket";
    this.#signaling?.close();
    this.#connect();
  }

  // From the socket to WebRTC, while frames go on

  /** @param {number} now ms */
  #tryUpgrade(now) {
    if (this.#upgrade) return this.#postponeUpgrade();
    this.#upgradeAt = now + CONNECT_TIMEOUT;
    const peer = this.#makePeer(
      () => this.#upgraded(),
      () => this.#upgradeFailed(peer),
    );
    this.#upgrade = peer;
    void peer.offer().then((sdp) => {
      if (peer === this.#upgrade) this.#signaling?.send({ type: "offer", sdp });
    });
  }

  #upgraded() {
    this.#link?.close();
    this.#link = this.#upgrade;
    this.#upgrade = this.#upgradeAt = null;
    this.#upgradeWait = FIRST_UPGRADE_WAIT;
    this.#settled("webrtc");
  }

  /** @param {Peer} peer */
  #upgradeFailed(peer) {
    if (peer === this.#upgrade) this.#postponeUpgrade();
    else this.#peerFailed();
  }

  #postponeUpgrade() {
    this.#dropUpgrade();
    this.#upgradeWait = Math.min(2 * this.#upgradeWait, LONGEST_UPGRADE_WAIT);
    this.#upgradeAt = localTime() + this.#upgradeWait;
  }

  #dropUpgrade() {
    this.#upgrade?.close();
    this.#upgrade = this.#upgradeAt = null;
  }

  // Ends

  /** Gives up what there is and starts over, with the same session if the server agrees. */
  #reconnect(atLeast = 0) {
    this.#dropLink();
    this.#changeTo("reconnecting");
    this.#retry(atLeast);
  }

  #retry(atLeast = 0) {
    this.#signaling?.close();
    this.#signaling = null;
    this.#deadline = null;
    this.#retryAt = localTime() + atLeast + this.#backoff.next();
  }

  #dropLink() {
    this.#dropUpgrade();
    this.#isAnswered = false;
    this.#link?.close();
    this.#link = null;
  }

  /** @param {{ reason: string, message: string, by?: string }} end */
  #endWith({ reason, message, by = "" }) {
    this.end = { reason, message, by };
    this.#finish("ended");
  }

  /** @param {"off" | "ended"} phase */
  #finish(phase) {
    this.#signaling?.close();
    this.#signaling = null;
    this.#dropLink();
    this.#askAgainAt = this.#deadline = this.#retryAt = this.#resume = null;
    this.#takeOver = false;
    this.#changeTo(phase);
  }

  /** @param {Phase} phase */
  #changeTo(phase) {
    if (this.#phase === phase) return;
    this.#phase = phase;
    this.#handlers.onPhase(phase);
  }
}
