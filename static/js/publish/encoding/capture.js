/** From the camera's pictures to frames on the channel, in the renditions that are wanted. */

import { localTime } from "../../lib/clock.js";
import { Adaptation, BEGIN_LEVEL, beginLevel } from "./adaptation.js";
import { capturedPicture } from "./captured-picture.js";
import { Congestion } from "./congestion.js";
import { encodableCodecs } from "./encoder-config.js";
import { fit } from "./fit.js";
import { plan } from "./ladder.js";
import { Pacer } from "./pacer.js";
import { Pictures } from "./pictures.js";
import { Sender } from "./sender.js";
import { Throughput } from "./throughput.js";
import { Video } from "./video.js";

/** @typedef {import("../worker-messages.js").VideoCodecName} VideoCodecName */

export class Capture {
  #adaptation = new Adaptation();
  #congestion = new Congestion();
  #onEncoders;
  /**
   * The level to begin with, as the stills have shown; null where nothing is known of the line.
   *
   * @type {number | null}
   */
  #knownLevel = null;
  #pacer = new Pacer();
  /** That came from the camera since the last report. */
  #given = 0;
  #pictures;
  #sender = new Sender();
  #session = 0;
  #throughput = new Throughput();
  /** @type {import("../worker-messages.js").Settings} */
  #settings = { width: 0, height: 0, frameRate: 1, quality: 1 };
  /** @type {VideoCodecName[]} that this browser encodes at the camera's size */
  #supported = [];
  #video = new Video(this.#sender, {
    onBroken: () => this.#tellEncoders(),
    onTooLarge: () => this.#adaptation.tooLarge(localTime()),
  });

  /**
   * @param {OffscreenCanvas} canvas to encode on
   * @param {(codecs: VideoCodecName[]) => void} onEncoders told the codecs of video, best first
   */
  constructor(canvas, onEncoders) {
    this.#pictures = new Pictures(canvas, this.#sender);
    this.#onEncoders = onEncoders;
  }

  set settings(/** @type {import("../worker-messages.js").Settings} */ settings) {
    const before = this.#settings;
    this.#settings = settings;
    this.#pace();
    if (!isSameVideo(settings, before)) void this.#findEncoders();
  }

  /** @param {import("../worker-messages.js").FrameChannel} channel */
  addChannel(channel) {
    this.#sender.addChannel(channel);
  }

  set offset(/** @type {number | null} */ offset) {
    this.#sender.offset = offset;
  }

  set session(/** @type {number} */ session) {
    this.#sender.session = session;
    // One that is resumed keeps its number, and the server its totals.
    if (session !== this.#session) this.#congestion.start(localTime());
    this.#session = session;
    this.#throughput.forget();
  }

  /** Whether canvases give noise here: JPEGs would be nothing else, video needs none. */
  set isBlind(/** @type {boolean} */ isBlind) {
    this.#pictures.isBlind = isBlind;
  }

  /** @param {import("../worker-messages.js").Wanted} wanted */
  set wanted({ jpeg, video }) {
    if ((jpeg && !this.#pictures.isWanted) || (video && !this.#video.wanted)) this.#begin();
    else if (!jpeg && !video) this.#rest();
    this.#pictures.isWanted = jpeg;
    this.#video.wanted = video;
    this.#congestion.renew(localTime());
  }

  askKeyFrame() {
    this.#video.askKeyFrame();
  }

  /** @param {import("../worker-messages.js").Received} received */
  received(received) {
    const now = localTime();
    this.#congestion.received(now, received);
    this.#follow(() => this.#adaptation.hear(now, received));
    this.#throughput.arrived(received, this.#pictures.tally.encodeMs);
  }

  /**
   * Takes over the picture and closes it.
   *
   * @param {import("../worker-messages.js").Picture} picture
   */
  take(picture) {
    this.#given += 1;
    const capturedAt = localTime();
    if (!this.#sender.isReady || !this.#pacer.isDue(capturedAt)) {
      picture.close();
      return;
    }
    const captured = capturedPicture(picture, capturedAt, this.#settings.rotation);
    const full = { ...this.#settings, ...fit(captured, this.#settings) };
    const now = plan(full, this.#adaptation.level);
    this.#video.take(captured, now);
    this.#pictures.take(captured, now);
  }

  /** Several times a second. */
  look() {
    const { sentBytes, waitingBytes } = this.#sender;
    this.#congestion.waiting(localTime(), waitingBytes);
    this.#throughput.look(localTime(), sentBytes, waitingBytes);
  }

  /**
   * Once a second.
   *
   * @returns {import("../worker-messages.js").Report}
   */
  report() {
    const tallies = [this.#pictures.tally, this.#video.tally];
    const seconds = tallies.map((tally) => tally.takeSecond());
    this.#adapt(seconds);
    const pictures = this.#given;
    this.#given = 0;
    const { codec } = this.#video;
    const shown = codec ? this.#video.tally : this.#pictures.tally;
    return {
      pictures,
      ...totals(tallies),
      ...shown.size,
      framesPerSecond: shown.framesPerSecond,
      encodeMs: shown.encodeMs,
      bitsPerSecond: this.#sender.bitsPerSecond,
      video: codec,
      jpeg: this.#pictures.isWanted,
      level: this.#adaptation.level,
      limit: this.#limit,
    };
  }

  close() {
    this.#video.close();
  }

  get #limit() {
    if (this.#pictures.isBlind) return "canvas";
    return this.#pictures.isFitted ? "message" : this.#adaptation.limit;
  }

  #begin() {
    if (!this.#pictures.isWanted && !this.#video.wanted) this.#knownLevel = this.#levelByStills;
    const level = this.#knownLevel;
    this.#adaptation.begin(localTime(), level ?? BEGIN_LEVEL, level === null);
    this.#pace();
  }

  #rest() {
    this.#adaptation.rest(localTime());
    this.#throughput.forget();
    this.#pace();
  }

  get #levelByStills() {
    const { bitsPerSecond, isKnown } = this.#throughput;
    const level = beginLevel(plan(this.#settings, 0).bitRate, bitsPerSecond);
    return isKnown || level === 0 ? level : null;
  }

  /** @param {import("./tally.js").Second[]} seconds */
  #adapt(seconds) {
    if (!this.#sender.isReady) return;
    const sample = this.#congestion.sample(seconds, this.#sender.waitingBytes);
    this.#follow(() => this.#adaptation.add(localTime(), sample));
  }

  /** @param {() => void} adapt */
  #follow(adapt) {
    const { level } = this.#adaptation;
    adapt();
    if (this.#adaptation.level !== level) this.#pace();
  }

  #pace() {
    this.#pacer.frameRate = plan(this.#settings, this.#adaptation.level).frameRate;
  }

  async #findEncoders() {
    this.#video.resetBroken();
    const settings = this.#settings;
    const supported = await encodableCodecs(fit(settings, settings), plan(settings, 0));
    if (!isSameVideo(settings, this.#settings)) return;
    this.#supported = supported;
    this.#tellEncoders();
  }

  #tellEncoders() {
    this.#onEncoders(this.#supported.filter((codec) => !this.#video.broken.has(codec)));
  }
}

/**
 * @param {import("../worker-messages.js").Settings} a
 * @param {import("../worker-messages.js").Settings} b
 */
function isSameVideo(a, b) {
  return a.width === b.width && a.height === b.height && a.frameRate === b.frameRate;
}

/** @param {import("./tally.js").Tally[]} tallies */
function totals(tallies) {
  const total = { captured: 0, sent: 0, skipped: 0 };
  for (const { captured, sent, skipped } of tallies) {
    total.captured += captured;
    total.sent += sent;
    total.skipped += skipped;
  }
  return total;
}
