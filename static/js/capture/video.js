/** The video rendition: chunks of a chain that begins with a key frame, and is never broken unsaid. */

import { localTime } from "../clock.js";
import { Rests } from "../rests.js";
import { HEADER_BYTES, MAX_SENT_BYTES, Rendition } from "../wire.js";
import { VIDEO_CODECS } from "./codecs.js";
import { fit } from "./fit.js";
import { Tally } from "./tally.js";
import { Encoder } from "./video-encoder.js";

const KEY_INTERVAL = 10_000;
/** So much of the bit rate may wait in the channel: a key frame takes about as much. */
const WAITING_S = 0.2;
/** An encoder that fails again within this time is given up for a while. */
const FAILS_AGAIN = 30_000;
const ROOM = MAX_SENT_BYTES - HEADER_BYTES;

/** @typedef {import("./messages.js").VideoCodec} VideoCodec */
/** @typedef {import("./shot.js").Shot} Shot */

/**
 * @typedef {object} Handlers
 * @property {() => void} onBroken other codecs are given up than before
 * @property {() => void} onTooLarge a frame was too large for one message
 */

export class Video {
  /** @type {Encoder | null} whose chunks are sent */
  #current = null;
  /** @type {Map<VideoCodec, number>} */
  #failedAt = new Map();
  #handlers;
  /** Whether what is encoded builds on a frame that was not sent. */
  #isChainBroken = false;
  #isKeyDue = true;
  #keyAt = -Infinity;
  /** @type {Encoder | null} that takes over with its first chunk */
  #next = null;
  #outlet;
  #rests = new Rests();
  #sender;
  /** @type {VideoCodec | null} */
  #wanted = null;

  /**
   * Codecs that are given up.
   *
   * @type {Set<VideoCodec>}
   */
  broken = new Set();
  tally = new Tally();

  /**
   * @param {import("./sender.js").Sender} sender
   * @param {Handlers} handlers
   */
  constructor(sender, handlers) {
    this.#sender = sender;
    this.#handlers = handlers;
    this.#outlet = sender.outlet;
  }

  get wanted() {
    return this.#wanted;
  }

  set wanted(codec) {
    this.#wanted = codec;
    if (codec === null) this.close();
  }

  /** The codec of what is sent. */
  get codec() {
    return this.#current?.codec ?? null;
  }

  /** The next frame is to be a key frame. */
  askKeyFrame() {
    this.#isKeyDue = true;
  }

  /**
   * @param {Shot} shot whose picture stays the caller's
   * @param {import("./ladder.js").Plan} plan
   */
  take(shot, plan) {
    const codec = this.#wanted;
    if (codec === null || this.broken.has(codec)) return;
    this.tally.captured += 1;
    this.#follow();
    const newest = this.#encoderFor(codec, fit(shot, plan.size), plan);
    newest.rates = plan;
    // Before encoding: a frame that is missing later would break the chain.
    if (this.#sender.waitingBytes * 8 > WAITING_S * plan.bitRate) this.tally.skip();
    else if (newest.isBusy && (this.#current?.isBusy ?? true)) this.tally.skip(true);
    else this.#encode(shot);
  }

  close() {
    this.#current?.close();
    this.#next?.close();
    this.#current = this.#next = null;
  }

  /** What is under way on the outlet before may not arrive. */
  #follow() {
    if (this.#outlet === this.#sender.outlet) return;
    this.#outlet = this.#sender.outlet;
    this.#isKeyDue = true;
  }

  /**
   * @param {VideoCodec} codec
   * @param {import("./messages.js").Size} size
   * @param {import("./video-encoder.js").Rates} rates
   */
  #encoderFor(codec, size, rates) {
    const newest = this.#next ?? this.#current;
    if (newest && suits(newest, codec, size)) return newest;
    this.#next?.close();
    this.#next = new Encoder(codec, size, rates, {
      onChunk: (encoder, chunk) => this.#encoded(encoder, chunk),
      onError: (encoder) => this.#failed(encoder),
    });
    return this.#next;
  }

  /** @param {Shot} shot */
  #encode({ picture, at }) {
    const isKey = this.#isKeyDue || at - this.#keyAt >= KEY_INTERVAL;
    if (isKey) this.#keyAt = at;
    this.#isKeyDue = false;
    const timestamp = Math.round((at - performance.timeOrigin) * 1000);
    // The one before goes on until the next one has something to show.
    for (const encoder of [this.#current, this.#next]) {
      if (encoder && !encoder.isBusy) encoder.encode(picture, timestamp, isKey);
    }
  }

  /**
   * @param {Encoder} encoder
   * @param {EncodedVideoChunk} chunk
   */
  #encoded(encoder, chunk) {
    if (encoder === this.#next) {
      this.#current?.close();
      this.#current = this.#next;
      this.#next = null;
    }
    if (encoder === this.#current) this.#send(encoder, chunk);
  }

  /**
   * @param {Encoder} encoder
   * @param {EncodedVideoChunk} chunk
   */
  #send({ codec, size }, chunk) {
    const at = chunk.timestamp / 1000 + performance.timeOrigin;
    this.tally.encoded(localTime() - at);
    const key = chunk.type === "key";
    if (key) {
      this.#keyAt = at;
      this.#isChainBroken = false;
    }
    const about = { rendition: Rendition.VIDEO, codec: VIDEO_CODECS[codec].wire, key, at, ...size };
    const bytes = this.#mayGo(chunk) ? this.#sender.send(about, bytesOf(chunk)) : 0;
    if (bytes) this.tally.add(bytes, size);
    else this.#lost();
  }

  #lost() {
    this.tally.skip();
    if (this.#isChainBroken) return;
    this.#isChainBroken = this.#isKeyDue = true;
  }

  /** @param {EncodedVideoChunk} chunk */
  #mayGo({ byteLength }) {
    if (byteLength > ROOM) this.#handlers.onTooLarge();
    return byteLength <= ROOM && !this.#isChainBroken;
  }

  /** @param {Encoder} encoder */
  #failed(encoder) {
    if (encoder === this.#next) this.#next = null;
    else if (encoder === this.#current) this.#current = null;
    else return;
    const now = localTime();
    const { codec } = encoder;
    const isAgain = now - (this.#failedAt.get(codec) ?? -Infinity) < FAILS_AGAIN;
    this.#failedAt.set(codec, now);
    if (isAgain) this.#giveUp(codec, now);
  }

  /**
   * What took the encoder away, as a call does on a phone, ends.
   *
   * @param {VideoCodec} codec
   * @param {number} now
   */
  #giveUp(codec, now) {
    this.broken.add(codec);
    this.#handlers.onBroken();
    setTimeout(() => {
      if (this.broken.delete(codec)) this.#handlers.onBroken();
    }, this.#rests.next(now));
  }
}

/**
 * @param {Encoder} encoder
 * @param {VideoCodec} codec
 * @param {import("./messages.js").Size} size
 */
function suits(encoder, codec, { width, height }) {
  return encoder.codec === codec && encoder.size.width === width && encoder.size.height === height;
}

/** @param {EncodedVideoChunk} chunk */
function bytesOf(chunk) {
  const bytes = new Uint8Array(chunk.byteLength);
  chunk.copyTo(bytes);
  return bytes;
}
