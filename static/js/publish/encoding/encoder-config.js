/** How WebCodecs is configured to encode, and which codecs this browser supports. */

import { supportedCodecs } from "../../protocol/codecs/index.js";

/** @typedef {import("../../protocol/codecs/index.js").Size} Size */
/** @typedef {import("../../protocol/codecs/index.js").VideoCodec} VideoCodec */
/** @typedef {{ bitRate: number, frameRate: number }} Rates */

/**
 * @param {VideoCodec} codec
 * @param {Size} size
 * @param {Rates} rates
 * @returns {VideoEncoderConfig}
 */
export function encoderConfig(codec, size, { bitRate, frameRate }) {
  return {
    ...codec.encoder(size, frameRate),
    ...size,
    bitrate: bitRate,
    framerate: frameRate,
    latencyMode: "realtime",
    hardwareAcceleration: "no-preference",
  };
}

/**
 * The codecs that this browser encodes at a size, the best first.
 *
 * @param {Size} size
 * @param {Rates} rates
 */
export async function encodableCodecs(size, rates) {
  if (!("VideoEncoder" in globalThis && "VideoFrame" in globalThis)) return [];
  return supportedCodecs(VideoEncoder, (codec) => encoderConfig(codec, size, rates));
}
