/**
 * Keeps one camera connected to the server: signaling, peer, and what to do when either breaks.
 *
 * It has no timers of its own: `tick` is called often enough, also while the page is hidden.
 */

import { Backoff } from "../backoff.js";
import { localTime } from "../clock.js";
import { Peer } from "./peer.js";
import { Signaling } from "./signaling.js";

/** A negotiation that takes longer is given up by the server, too. */
const NEGOTIATION_TIMEOUT = 15_000;
const SILENT_AFTER = 2000;
/** The server closes the peer and says why on the socket; either may be here first. */
const REASON_TIMEOUT = 500;

/** Close codes after which another attempt would end the same way. */
const FINAL_CODES = [1000, 4400, 4403];
/** Errors of the server after which another attempt would end the same way. */
const FINAL_ERRORS = ["bad_message", "bad_offer", "not_allowed"];
/** Ends of a session that nobody wanted. */
const ACCIDENTS = ["lost", "signaling_lost", "peer_failed", "server_stopped"];

/** @typedef {"hidden" | "interrupted" | "unplugged" | "denied"} Pause */
/** @typedef {"off" | "connecting" | "live" | "reconnecting" | "busy" | "ended"} Phase */

/**
 * @typedef {object} Handlers
 * @property {(phase: Phase) => void} onPhase
 * @property {(channel: RTCDataChannel) => void} onChannel a new channel for frames, just made
 * @property {(session: number) => void} onSession the number that frames carry from now on
 * @property {(offset: number) => void} onOffset of the server's clock to ours, ms
 * @property {(message: any) => void} onMessage what the control channel says
 */

export class Publisher {
  #backoff = new Backoff();
  /** @type {number | null} */
  #deadline = null;
  #delivery = "";
  #handlers;
  /** @type {RTCIceServer[]} */
  #iceServers = [];
  /** @type {Peer | null} */
  #peer = null;
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
  #url;

  /** Why it ended, as the server put it. */
  end = { reason: "", message: "" };
  /**
   * Why no frames come, when they do not.
   *
   * @type {Pause | null}
   */
  pause = null;
  /** Who publishes to the camera while it is busy. */
  otherPublisher = "";

  /**
   * @param {string} url of the publish socket
   * @param {Handlers} handlers
   */
  constructor(url, handlers) {
    this.#url = url;
    this.#handlers = handlers;
  }

  get phase() {
    return this.#phase;
  }

  get roundTrip() {
    return this.#peer?.roundTrip ?? null;
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
    this.#sendOffer();
  }

  stop() {
    this.#signaling?.send({ type: "bye" });
    this.#finish("off");
  }

  /** @param {number} now ms */
  tick(now) {
    if (this.#retryAt !== null && now >= this.#retryAt) this.#connect();
    if (this.#deadline !== null && now >= this.#deadline) this.#reconnect();
    if (!this.#peer?.isOpen) return;
    if (this.#peer.silence(now) > SILENT_AFTER) this.#reconnect();
    else this.#peer.beat(now, this.pause);
  }

  /** @param {{ captured: number, sent: number, skipped: number, encodeMs: number }} report */
  report({ captured, sent, skipped, encodeMs }) {
    this.#peer?.send({ type: "report", captured, sent, skipped, encode_ms: encodeMs });
  }

  #connect() {
    this.#retryAt = null;
    this.#deadline = localTime() + NEGOTIATION_TIMEOUT;
    this.#signaling = new Signaling(this.#url, {
      onOpen: () => this.#signaling?.send({ type: "authenticate" }),
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
      case "attached":
        this.#settled();
        break;
      case "ended":
        if (ACCIDENTS.includes(message.reason)) this.#reconnect();
        else this.#endWith(message.reason, message.message);
        break;
      case "error":
        this.#refused(message);
    }
  }

  /** @param {{ camera: { delivery: string }, ice_servers: RTCIceServer[] }} message */
  #welcomed({ camera, ice_servers: iceServers }) {
    this.#iceServers = iceServers;
    this.#delivery = camera.delivery;
    if (this.#peer?.isOpen) this.#signaling?.send({ type: "attach", resume: this.#resume });
    else void this.#negotiate();
  }

  async #negotiate() {
    this.#peer?.close();
    const peer = new Peer(this.#iceServers, this.#delivery, {
      onChannel: this.#handlers.onChannel,
      onOpen: () => this.#settled(),
      onOffset: this.#handlers.onOffset,
      onMessage: this.#handlers.onMessage,
      onFail: () => this.#peerFailed(),
    });
    this.#peer = peer;
    this.#sdp = await peer.offer();
    if (peer === this.#peer) this.#sendOffer();
  }

  #sendOffer() {
    this.#deadline = localTime() + NEGOTIATION_TIMEOUT;
    this.#signaling?.send({
      type: "offer",
      sdp: this.#sdp,
      ...(this.#resume && { resume: this.#resume }),
      ...(this.#takeOver && { take_over: true }),
    });
  }

  /** @param {{ sdp: string, session: number, resume: string }} message */
  async #answered({ sdp, session, resume }) {
    this.#resume = resume;
    this.#takeOver = false;
    this.#handlers.onSession(session);
    await this.#peer?.accept(sdp);
  }

  /** Socket and peer both stand. */
  #settled() {
    this.#deadline = null;
    this.#backoff.reset();
    this.#changeTo("live");
  }

  /** @param {any} error */
  #refused({ code, message, publisher, retry_after_s: retryAfter }) {
    if (code === "camera_busy") {
      this.#deadline = null;
      this.otherPublisher = publisher ?? "";
      this.#changeTo("busy");
    } else if (code === "gone") {
      this.#offerAnew();
    } else if (FINAL_ERRORS.includes(code)) {
      this.#endWith(code, message);
    } else {
      this.#reconnect((retryAfter ?? 0) * 1000);
    }
  }

  /** What was to be attached to is over; and so is the session, when an offer hears this. */
  #offerAnew() {
    if (!this.#peer?.isOpen) this.#resume = null;
    this.#changeTo("reconnecting");
    void this.#negotiate();
  }

  /** @param {number} code */
  #signalingClosed(code) {
    this.#signaling = null;
    if (this.#phase === "busy") this.#dropPeer();
    else if (FINAL_CODES.includes(code)) this.#endWith("refused", "");
    else if (this.#peer?.isOpen) this.#retry();
    else this.#reconnect();
  }

  #peerFailed() {
    if (!this.#signaling) return this.#reconnect();
    this.#dropPeer();
    this.#changeTo("reconnecting");
    this.#deadline = localTime() + REASON_TIMEOUT;
  }

  /** Gives up what there is and starts over, with the same session if the server agrees. */
  #reconnect(atLeast = 0) {
    this.#dropPeer();
    this.#changeTo("reconnecting");
    this.#retry(atLeast);
  }

  #retry(atLeast = 0) {
    this.#signaling?.close();
    this.#signaling = null;
    this.#deadline = null;
    this.#retryAt = localTime() + atLeast + this.#backoff.next();
  }

  #dropPeer() {
    this.#peer?.close();
    this.#peer = null;
  }

  /**
   * @param {string} reason
   * @param {string} message
   */
  #endWith(reason, message) {
    this.end = { reason, message };
    this.#finish("ended");
  }

  /** @param {"off" | "ended"} phase */
  #finish(phase) {
    this.#signaling?.close();
    this.#signaling = null;
    this.#dropPeer();
    this.#deadline = this.#retryAt = this.#resume = null;
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
