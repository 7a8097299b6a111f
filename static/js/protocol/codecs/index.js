/** The codecs of docs/protocol.md, section 1. A new one is another file and another line here. */

import { h264 } from "./h264.js";
import { jpeg } from "./jpeg.js";
import { vp8 } from "./vp8.js";

/** Best first. */
export const VIDEO_CODECS = [h264, vp8];

export { jpeg };

/** @typedef {{ width: number, height: number }} Size */

/**
 * A video codec.
 *
 * @typedef {object} VideoCodec
 * @property {number} number in the header of a frame
 * @property {string} name in messages
 * @property {string} label for people; the same in every language
 * @property {string} decoder WebCodecs' name for all that we send
 * @property {boolean} saysColours whether its key frames tell which colours it has
 * @property {(size: Size, frameRate: number) => Pick<VideoEncoderConfig, "codec" | "avc">} encoder
 *   what WebCodecs is asked to encode
 */

/** @typedef {typeof VIDEO_CODECS[number]["name"]} VideoCodecName */

/**
 * @param {string} name
 * @returns {VideoCodec}
 */
export function videoCodecNamed(name) {
  return found(name, ({ name: each }) => each === name);
}

/**
 * @param {number} number in the header of a frame of video
 * @returns {VideoCodec}
 */
export function videoCodecNumbered(number) {
  return found(number, ({ number: each }) => each === number);
}

/**
 * The names of the codecs that this browser's WebCodecs support, best first.
 *
 * @template Config
 * @param {{ isConfigSupported(config: Config): Promise<{ supported?: boolean }> }} coder
 * @param {(codec: VideoCodec) => Config} config
 */
export async function supportedCodecs(coder, config) {
  const answers = await Promise.all(VIDEO_CODECS.map((codec) => isSupported(coder, config(codec))));
  return VIDEO_CODECS.filter((_codec, index) => answers[index]).map(({ name }) => name);
}

/**
 * @template Config
 * @param {{ isConfigSupported(config: Config): Promise<{ supported?: boolean }> }} coder
 * @param {Config} config
 */
async function isSupported(coder, config) {
  try {
    return (await coder.isConfigSupported(config)).supported ?? false;
  } catch {
    // A browser that does not know a value throws.
    return false;
  }
}

/**
 * @param {string | number} what
 * @param {(codec: VideoCodec) => boolean} matches
 */
function found(what, matches) {
  const codec = VIDEO_CODECS.find(matches);
  if (!codec) throw new Error(`No codec of video: ${what}`);
  return codec;
}
