/** The frame envelope of docs/protocol.md, section 1. */

import { VIDEO_CODECS, jpeg } from "./codecs/index.js";

const VERSION = 1;
export const HEADER_BYTES = 24;
/** Header and payload, of any camera. */
export const MAX_MESSAGE_BYTES = 1_048_576;
/** The same for browsers as cameras: Chromium's limit for one data channel message. */
export const MAX_SENT_BYTES = 262_144;
export const MAX_SENT_PAYLOAD_BYTES = MAX_SENT_BYTES - HEADER_BYTES;
/** Either side of the picture. */
const MAX_SIDE = 4096;

export const Rendition = Object.freeze({ STILL: 1, JPEG: 2, VIDEO: 3 });

const KEY = 0x01;
/** @type {Readonly<Record<number, readonly number[]>>} */
const CODECS = {
  [Rendition.STILL]: [jpeg.number],
  [Rendition.JPEG]: [jpeg.number],
  [Rendition.VIDEO]: VIDEO_CODECS.map(({ number }) => number),
};

/**
 * @typedef {object} Header
 * @property {number} rendition
 * @property {number} codec
 * @property {boolean} key
 * @property {number} session
 * @property {number} sequence
 * @property {number} capturedAt server time, ms
 * @property {number} width
 * @property {number} height
 */

/** @typedef {Header & { payload: Uint8Array<ArrayBuffer> }} Frame */

/**
 * @typedef {"empty" | "too_short" | "too_large" | "version" | "rendition" | "codec" | "flags"
 *   | "size" | "captured_at"} Reason
 */

/** A frame that breaks the protocol; docs/protocol.md lists the reasons. */
export class WireError extends Error {
  /** @param {Reason} reason */
  constructor(reason) {
    super(reason);
    this.name = "WireError";
    this.reason = reason;
  }
}

/**
 * The message of a frame.
 *
 * @param {Header} header
 * @param {Uint8Array} payload
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function pack(header, payload) {
  check(header, payload.byteLength);
  const message = new Uint8Array(HEADER_BYTES + payload.byteLength);
  const view = new DataView(message.buffer);
  view.setUint8(0, VERSION);
  view.setUint8(1, header.rendition);
  view.setUint8(2, header.codec);
  view.setUint8(3, header.key ? KEY : 0);
  view.setUint32(4, header.session);
  view.setUint32(8, header.sequence);
  view.setFloat64(12, header.capturedAt);
  view.setUint16(20, header.width);
  view.setUint16(22, header.height);
  message.set(payload, HEADER_BYTES);
  return message;
}

/**
 * The frame in a message; its payload is a view of the same bytes. Whether a JPEG is complete, the
 * decoder finds out.
 *
 * @param {ArrayBuffer} message
 * @returns {Frame}
 */
export function unpack(message) {
  if (message.byteLength === 0) throw new WireError("empty");
  if (message.byteLength < HEADER_BYTES) throw new WireError("too_short");
  const view = new DataView(message);
  const flags = view.getUint8(3);
  const frame = {
    rendition: view.getUint8(1),
    codec: view.getUint8(2),
    key: (flags & KEY) !== 0,
    session: view.getUint32(4),
    sequence: view.getUint32(8),
    capturedAt: view.getFloat64(12),
    width: view.getUint16(20),
    height: view.getUint16(22),
    payload: new Uint8Array(message, HEADER_BYTES),
  };
  if (view.getUint8(0) !== VERSION) throw new WireError("version");
  if (flags & ~KEY) throw new WireError("flags");
  check(frame, frame.payload.byteLength);
  return frame;
}

/**
 * Whether `a` comes after `b`: for one camera only newer frames are shown.
 *
 * @param {Pick<Header, "session" | "sequence">} a
 * @param {Pick<Header, "session" | "sequence">} b
 */
export function isNewer(a, b) {
  return a.session === b.session ? a.sequence > b.sequence : a.session > b.session;
}

/**
 * @param {Header} header
 * @param {number} payloadBytes
 */
function check(header, payloadBytes) {
  const { rendition, codec, key, capturedAt, width, height } = header;
  if (payloadBytes === 0) throw new WireError("empty");
  if (HEADER_BYTES + payloadBytes > MAX_MESSAGE_BYTES) throw new WireError("too_large");
  const codecs = CODECS[rendition];
  if (!codecs) throw new WireError("rendition");
  if (!codecs.includes(codec)) throw new WireError("codec");
  if (codec === jpeg.number && !key) throw new WireError("flags");
  if (!isSide(width) || !isSide(height)) throw new WireError("size");
  if (!Number.isFinite(capturedAt) || capturedAt < 0) throw new WireError("captured_at");
}

/** @param {number} pixels */
function isSide(pixels) {
  return pixels >= 1 && pixels <= MAX_SIDE;
}
