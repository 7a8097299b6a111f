/** The video rendition: a chain of chunks that begins with a key frame; a gap is always followed by one. */

import { localTime } from "../../lib/clock.js";
import { Cooldown } from "../../lib/cooldown.js";
import { videoCodecNamed } from "../../protocol/codecs/index.js";
import { MAX_SENT_PAYLOAD_BYTES, Rendition } from "../../protocol/wire.js";
import { fit } from "./fit.js";
import { Tally } from "./tally.js";
import { Encoder } from "./video-encoder.js";

const KEY_INTERVAL_MS = 10_000;
/** Seconds' worth of the bit rate that may wait in the channel: about one key frame. */
const MAX_WAITING_S = 0.2;
/** An encoder that fails again within this time is given up for a while. */
const FAILS_AGAIN_MS = 30_000;

/** @typedef {import("../worker-messages.js").VideoCodecName} VideoCodecName */
/** @typedef {import("./captured-picture.js").CapturedPicture} CapturedPicture */

/**
 * @typedef {object} Handlers
 * @property {() => void} onBroken the codecs that are given up have changed
 * @property {() => void} onTooLarge a frame was too large for one message
 */

export class Video {
  /** @type {Encoder | null} whose chunks are sent */
  #current = null;
  /** @type {Map<VideoCodecName, number>} */
  #failedAt = new Map();
  #handlers;
  /** Whether what is encoded builds on a frame that was not sent. */
  #isChainBroken = false;
  #isKeyDue = true;
  #keyAt = -Infinity;
  /** @type {Encoder | null} that takes over with its first chunk */
  #next = null;
  #channel;
  #cooldown = new Cooldown();
  /** @type {Map<VideoCodecName, ReturnType<typeof setTimeout>>} until a codec may be tried again */
  #retryTimers = new Map();
  #sender;
  /** @type {VideoCodecName | null} */
  #wanted = null;

  /**
   * Codecs that are given up.
   *
   * @type {Set<VideoCodecName>}
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
    this.#channel = sender.channel;
  }

  get wanted() {
    return this.#wanted;
  }

  set wanted(codec) {
    this.#wanted = codec;
    if (codec === null) this.#closeEncoders();
  }

  /** The codec that is sent. */
  get codec() {
    return this.#current?.codec ?? null;
  }

  /** Makes the next frame a key frame. */
  askKeyFrame() {
    this.#isKeyDue = true;
  }

  /**
   * @param {CapturedPicture} captured whose picture stays the caller's
   * @param {import("./ladder.js").Plan} plan
   */
  take(captured, plan) {
    const codec = this.#wanted;
    if (codec === null || this.broken.has(codec)) return;
    this.tally.captured += 1;
    this.#follow();
    const newest = this.#encoderFor(codec, fit(captured, plan.size), plan);
    if (newest.holdsBack) {
      this.#leave(codec);
      return;
    }
    newest.rates = plan;
    // Before encoding: a frame that is missing later would break the chain.
    if (this.#sender.waitingBytes * 8 > MAX_WAITING_S * plan.bitRate) this.tally.skip();
    else if (newest.isBusy && (this.#current?.isBusy ?? true)) this.tally.skip(true);
    else this.#encode(captured);
  }

  /** Lets all codecs that were given up be tried again. */
  resetBroken() {
    this.#stopTimers();
    this.broken.clear();
  }

  close() {
    this.#stopTimers();
    this.#closeEncoders();
  }

  #stopTimers() {
    for (const timer of this.#retryTimers.values()) clearTimeout(timer);
    this.#retryTimers.clear();
  }

  #closeEncoders() {
    this.#current?.close();
    this.#next?.close();
    this.#current = this.#next = null;
  }

  /** Frames still in transit on the previous channel may not arrive. */
  #follow() {
    if (this.#channel === this.#sender.channel) return;
    this.#channel = this.#sender.channel;
    this.#isKeyDue = true;
  }

  /**
   * @param {VideoCodecName} codec
   * @param {import("../worker-messages.js").Size} size
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

  /** @param {CapturedPicture} captured */
  #encode({ picture, capturedAt }) {
    const isKey = this.#isKeyDue || capturedAt - this.#keyAt >= KEY_INTERVAL_MS;
    if (isKey) this.#keyAt = capturedAt;
    this.#isKeyDue = false;
    const timestamp = Math.round((capturedAt - performance.timeOrigin) * 1000);
    // The current one goes on until the next one has produced something.
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
    const capturedAt = chunk.timestamp / 1000 + performance.timeOrigin;
    this.tally.encoded(localTime() - capturedAt);
    const key = chunk.type === "key";
    if (key) {
      this.#keyAt = capturedAt;
      this.#isChainBroken = false;
    }
    const about = {
      rendition: Rendition.VIDEO,
      codec: videoCodecNamed(codec).number,
      key,
      capturedAt,
      ...size,
    };
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
    if (byteLength > MAX_SENT_PAYLOAD_BYTES) this.#handlers.onTooLarge();
    return byteLength <= MAX_SENT_PAYLOAD_BYTES && !this.#isChainBroken;
  }

  /** @param {Encoder} encoder */
  #failed(encoder) {
    if (encoder === this.#next) this.#next = null;
    else if (encoder === this.#current) this.#current = null;
    else return;
    const now = localTime();
    const { codec } = encoder;
    const isAgain = now - (this.#failedAt.get(codec) ?? -Infinity) < FAILS_AGAIN_MS;
    this.#failedAt.set(codec, now);
    if (isAgain) this.#giveUp(codec, now);
  }

  /** @param {VideoCodecName} codec */
  #leave(codec) {
    console.warn(`The encoder of ${codec} keeps pictures inside: they would come late.`);
    if (this.#current?.codec === codec) this.#current = closed(this.#current);
    if (this.#next?.codec === codec) this.#next = closed(this.#next);
    this.#giveUp(codec, localTime());
  }

  /**
   * Only for a while: what took the encoder away, such as a phone call, ends, and a device that was
   * too busy for it is not always.
   *
   * @param {VideoCodecName} codec
   * @param {number} now
   */
  #giveUp(codec, now) {
    this.broken.add(codec);
    this.#handlers.onBroken();
    const retry = () => {
      this.broken.delete(codec);
      this.#handlers.onBroken();
    };
    this.#retryTimers.set(codec, setTimeout(retry, this.#cooldown.next(now)));
  }
}

/** @param {Encoder} encoder */
function closed(encoder) {
  encoder.close();
  return null;
}

/**
 * @param {Encoder} encoder
 * @param {VideoCodecName} codec
 * @param {import("../worker-messages.js").Size} size
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
