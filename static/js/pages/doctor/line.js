/** The doctor's socket (streaming/protocol/doctor.py): asks, and measures the line by the answers. */

import { OffsetEstimator, localTime } from "../../lib/clock.js";
import { retryAfterMs } from "../../protocol/close-codes.js";

/** What is under way before the line counts as full, either way. */
const AHEAD_BYTES = 131_072;
export const PIECE_BYTES = 65_536;
/** The server takes and gives a little more. */
const MAX_BYTES = 15_000_000;
const PINGS = 5;
const ANSWER_MS = 5000;
const LOOK_EVERY_MS = 5;

/** @typedef {"closed" | "full" | "silent"} LineProblem closed: or it never opened */
/** @typedef {{ may_fill: boolean, ice_servers: RTCIceServer[] }} Hello */
/** @typedef {{ time: number, server_time: number, bytes: number }} Pong */

export class LineError extends Error {
  /** @param {LineProblem} problem */
  constructor(problem) {
    super(problem);
    this.name = "LineError";
    this.problem = problem;
  }
}

export class Line {
  /** @type {LineProblem | null} */
  #ended = null;
  /** What came and nobody has asked for yet, by type. @type {Map<string, any[]>} */
  #heard = new Map();
  #socket;
  #wake = () => {};

  /** @param {string} url */
  constructor(url) {
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onmessage = ({ data }) => this.#hear(data);
    this.#socket.onclose = (close) => this.#end(retryAfterMs(close) ? "full" : "closed");
  }

  /** @returns {Promise<Hello>} */
  opened() {
    return this.#next("hello");
  }

  /**
   * A device without an account may check as much by its key.
   *
   * @param {import("../shared/membership.js").Membership} membership
   * @returns {Promise<Hello>}
   */
  identify({ camera, key }) {
    this.#send({ type: "key", camera, key });
    return this.#next("hello");
  }

  /** @returns {Promise<{ roundTrip: number, offset: number }>} the shortest of several, ms */
  async measureTime() {
    const clock = new OffsetEstimator();
    for (let count = 0; count < PINGS; count += 1) {
      const { time, server_time: serverTime } = await this.ping();
      clock.add(time, serverTime, localTime());
    }
    return { roundTrip: clock.roundTrip ?? 0, offset: clock.offset ?? 0 };
  }

  /** @returns {Promise<Pong>} */
  ping() {
    this.#send({ type: "ping", time: localTime() });
    return this.#next("pong");
  }

  /**
   * @param {number} forMs
   * @returns {Promise<number>} bits a second to the server
   */
  async upload(forMs) {
    const piece = new Uint8Array(PIECE_BYTES);
    const began = localTime();
    for (let sent = 0; sent < MAX_BYTES && localTime() - began < forMs; ) {
      if (this.#socket.bufferedAmount < AHEAD_BYTES) {
        this.#socket.send(piece);
        sent += PIECE_BYTES;
      } else await pause(LOOK_EVERY_MS);
      if (this.#ended) throw new LineError(this.#ended);
    }
    const { bytes } = await this.ping();
    return rate(bytes, localTime() - began);
  }

  /**
   * @param {number} forMs
   * @returns {Promise<number>} bits a second from the server
   */
  async download(forMs) {
    const began = localTime();
    let [asked, got] = [0, 0];
    const ask = () => {
      this.#send({ type: "fill", bytes: PIECE_BYTES });
      asked += PIECE_BYTES;
    };
    while (asked < AHEAD_BYTES) ask();
    while (got < asked) {
      got += (await this.#next("bytes")).byteLength;
      if (localTime() - began < forMs && asked < MAX_BYTES) ask();
    }
    return rate(got, localTime() - began);
  }

  /**
   * @param {string} sdp an offer of a test connection
   * @returns {Promise<string>} the answer; "" if the server makes none now
   */
  async offer(sdp) {
    this.#send({ type: "offer", sdp });
    return (await this.#next("answer")).sdp ?? "";
  }

  close() {
    this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
  }

  get #isConnecting() {
    return this.#socket.readyState === WebSocket.CONNECTING;
  }

  /** @param {object} message */
  #send(message) {
    if (!this.#ended) this.#socket.send(JSON.stringify(message));
  }

  /** @param {string | ArrayBuffer} data */
  #hear(data) {
    const isBytes = typeof data !== "string";
    const message = isBytes ? data : JSON.parse(data);
    // A refusal answers an offer, too.
    const type = isBytes ? "bytes" : message.type === "refused" ? "answer" : message.type;
    this.#heard.set(type, [...(this.#heard.get(type) ?? []), message]);
    this.#wake();
  }

  /** @param {LineProblem} problem */
  #end(problem) {
    this.#ended = problem;
    this.#wake();
  }

  /**
   * The next message of a type.
   *
   * @param {string} type
   * @returns {Promise<any>}
   */
  async #next(type) {
    const until = localTime() + ANSWER_MS;
    for (;;) {
      const message = this.#heard.get(type)?.shift();
      if (message !== undefined) return message;
      if (this.#ended) throw new LineError(this.#ended);
      const leftMs = until - localTime();
      if (leftMs <= 0) throw new LineError(this.#isConnecting ? "closed" : "silent");
      await this.#woken(leftMs);
    }
  }

  /**
   * Until something happens, or the time is over.
   *
   * @param {number} ms
   */
  #woken(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve(undefined);
      };
    });
  }
}

/**
 * @param {number} bytes
 * @param {number} ms
 */
export function rate(bytes, ms) {
  return (8000 * bytes) / Math.max(ms, 1);
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
