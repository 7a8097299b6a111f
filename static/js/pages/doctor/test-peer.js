/** A WebRTC connection to an ingest process and back, as a camera's: without a camera, or a record. */

import { localTime } from "../../lib/clock.js";
import { pairInUse } from "./candidates.js";
import { rate } from "./line.js";

/** As long as a camera tries before it takes the socket. */
const CONNECT_MS = 5000;
const ANSWER_MS = 2000;
const PIECE_BYTES = 16_384;
const AHEAD_BYTES = 131_072;
const MAX_BYTES = 8_000_000;
const LOOK_EVERY_MS = 5;

/**
 * @typedef {object} Direct
 * @property {"connected" | "failed" | "unavailable" | "unsupported"} state unavailable: the server
 *   makes no test connection now
 * @property {import("./candidates.js").Pair | null} [pair]
 * @property {number | null} [roundTrip] ms
 * @property {number | null} [bitsPerSecond] that arrived at the server
 */

/**
 * @param {RTCIceServer[]} iceServers
 * @param {(sdp: string) => Promise<string>} ask gives the answer to an offer; "" for none
 * @param {number} fillMs for how long to fill the line
 * @returns {Promise<Direct>}
 */
export async function testDirect(iceServers, ask, fillMs) {
  if (!("RTCPeerConnection" in globalThis)) return { state: "unsupported" };
  let connection;
  try {
    connection = new RTCPeerConnection({ iceServers });
    return await measure(connection, ask, fillMs);
  } catch (error) {
    // Such as for a TURN server that is set without a password.
    if (!(error instanceof DOMException)) throw error;
    return { state: "failed" };
  } finally {
    connection?.close();
  }
}

/**
 * @param {RTCPeerConnection} connection
 * @param {(sdp: string) => Promise<string>} ask
 * @param {number} fillMs
 * @returns {Promise<Direct>}
 */
async function measure(connection, ask, fillMs) {
  // As a camera's: what is lost stays lost.
  const frames = connection.createDataChannel("frames", { ordered: false, maxRetransmits: 0 });
  const control = connection.createDataChannel("control", { ordered: true });
  await connection.setLocalDescription();
  const sdp = await ask(connection.localDescription?.sdp ?? "");
  if (!sdp) return { state: "unavailable" };
  await connection.setRemoteDescription({ type: "answer", sdp });
  if (!(await within(CONNECT_MS, opened(control), opened(frames)))) return { state: "failed" };
  const pong = await ping(control);
  const roundTrip = pong && localTime() - pong.time;
  const bitsPerSecond = await fill(frames, control, fillMs);
  const stats = await connection.getStats();
  return { state: "connected", pair: pairInUse(stats.values()), roundTrip, bitsPerSecond };
}

/**
 * @param {RTCDataChannel} frames
 * @param {RTCDataChannel} control
 * @param {number} forMs
 * @returns {Promise<number | null>} null if nobody says what arrived
 */
async function fill(frames, control, forMs) {
  const piece = new Uint8Array(PIECE_BYTES);
  const began = localTime();
  for (let sent = 0; sent < MAX_BYTES && localTime() - began < forMs; ) {
    if (frames.readyState !== "open") return null;
    if (frames.bufferedAmount < AHEAD_BYTES) {
      frames.send(piece);
      sent += PIECE_BYTES;
    } else await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  const pong = await ping(control);
  return pong && rate(pong.bytes, localTime() - began);
}

/**
 * @param {RTCDataChannel} control
 * @returns {Promise<import("./line.js").Pong | null>}
 */
async function ping(control) {
  if (control.readyState !== "open") return null;
  /** @type {Promise<import("./line.js").Pong>} */
  const answered = new Promise((resolve) => {
    control.onmessage = ({ data }) => resolve(JSON.parse(data));
  });
  control.send(JSON.stringify({ type: "ping", time: localTime() }));
  return (await within(ANSWER_MS, answered)) ? answered : null;
}

/** @param {RTCDataChannel} channel */
function opened(channel) {
  return new Promise((resolve) => {
    if (channel.readyState === "open") resolve(undefined);
    else channel.onopen = resolve;
  });
}

/**
 * @param {number} ms
 * @param {Promise<unknown>[]} all
 * @returns {Promise<boolean>} whether all came in time
 */
async function within(ms, ...all) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const isThere = await Promise.race([Promise.all(all).then(() => true), late]);
  clearTimeout(timer);
  return isThere === true;
}
