/** Tries to move a camera from the socket to WebRTC while frames go on, ever more rarely. */

import { localTime } from "../../lib/clock.js";
import { transition } from "../../lib/state-machine.js";
import { CONNECT_TIMEOUT_MS } from "./states.js";
import { UpgradeEvent, UpgradeState, TABLE } from "./upgrade-states.js";

/**
 * For the server to answer an offer. It gives up after 15 s and says so; until then another offer
 * would break the protocol.
 */
const ANSWER_TIMEOUT_MS = 20_000;
const FIRST_WAIT_MS = 15_000;
const MAX_WAIT_MS = 300_000;

/** @typedef {import("./peer.js").Peer} Peer */

/**
 * @typedef {object} Handlers
 * @property {() => Peer} makePeer reported on by `opened` and `failed`
 * @property {(sdp: string) => void} onOffer sends it
 * @property {(peer: Peer) => void} onOpen the peer carries frames from now on
 */

export class Upgrade {
  /** @type {number | null} when the timer of the state goes off */
  #deadline = null;
  #handlers;
  /** @type {Peer | null} that is tried */
  #peer = null;
  /** @type {import("./upgrade-states.js").StateName} */
  #state = UpgradeState.IDLE;
  #waitMs = FIRST_WAIT_MS;

  /** @param {Handlers} handlers */
  constructor(handlers) {
    this.#handlers = handlers;
  }

  get state() {
    return this.#state;
  }

  start() {
    this.#on(UpgradeEvent.STARTED);
  }

  stop() {
    this.#on(UpgradeEvent.STOPPED);
  }

  /** Another network may let through what the previous one did not. */
  networkChanged() {
    this.#on(UpgradeEvent.NETWORK_CHANGED);
  }

  /** @param {string} sdp */
  answered(sdp) {
    this.#on(UpgradeEvent.ANSWERED, sdp);
  }

  refused() {
    this.#on(UpgradeEvent.REFUSED);
  }

  opened() {
    this.#on(UpgradeEvent.OPENED);
  }

  failed() {
    this.#on(UpgradeEvent.FAILED);
  }

  /** @param {number} now ms */
  tick(now) {
    if (this.#deadline !== null && now >= this.#deadline) this.#on(UpgradeEvent.TIMEOUT);
  }

  /**
   * @param {import("./upgrade-states.js").EventName} event
   * @param {string} [sdp] of an answer
   */
  #on(event, sdp = "") {
    const found = transition(TABLE, this.#state, event);
    if (!found) return;
    if (found.to) this.#state = found.to;
    for (const action of found.do ?? []) this.#do(action, sdp);
    if (found.to) this.#setTimer();
  }

  #setTimer() {
    const ms = this.#timeoutMs;
    this.#deadline = ms === null ? null : localTime() + ms;
  }

  get #timeoutMs() {
    switch (this.#state) {
      case UpgradeState.IDLE:
        return null;
      case UpgradeState.WAITING:
        return this.#waitMs;
      case UpgradeState.CONNECTING:
        return CONNECT_TIMEOUT_MS;
      default:
        return ANSWER_TIMEOUT_MS;
    }
  }

  /**
   * @param {import("./upgrade-states.js").Action} action
   * @param {string} sdp
   */
  #do(action, sdp) {
    switch (action) {
      case "offer":
        void this.#offer();
        break;
      case "accept":
        void this.#peer?.accept(sdp);
        break;
      case "hand_over":
        this.#handOver();
        break;
      case "close":
        this.#peer?.close();
        this.#peer = null;
        break;
      case "double_wait":
        this.#waitMs = Math.min(2 * this.#waitMs, MAX_WAIT_MS);
        break;
      case "reset_wait":
        this.#waitMs = FIRST_WAIT_MS;
    }
  }

  async #offer() {
    const peer = this.#handlers.makePeer();
    this.#peer = peer;
    const sdp = await peer.offer();
    if (peer === this.#peer) this.#handlers.onOffer(sdp);
  }

  #handOver() {
    const peer = this.#peer;
    this.#peer = null;
    if (peer) this.#handlers.onOpen(peer);
  }
}
