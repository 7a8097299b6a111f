/** The video codecs that this page can film in: another one is another row. */

import { Codec } from "../../protocol/wire.js";

/** @typedef {import("../worker-messages.js").VideoCodec} VideoCodec */

/**
 * Levels of H.264 (ITU-T H.264, table A-1): macroblocks in a picture and in a second, and the last
 * byte of the codec's name.
 */
const H264_LEVELS = [
  { picture: 1620, second: 40_500, name: "1e" },
  { picture: 3600, second: 108_000, name: "1f" },
  { picture: 8192, second: 245_760, name: "28" },
  { picture: 36_864, second: 983_040, name: "33" },
];

/**
 * Best first.
 *
 * @type {Record<VideoCodec, {
 *   wire: number,
 *   config: (size: import("../worker-messages.js").Size, frameRate: number) => { codec: string, avc?: AvcEncoderConfig },
 * }>}
 */
export const VIDEO_CODECS = {
  h264: {
    wire: Codec.H264,
    // Constrained baseline: no decoder has to reorder pictures, and all know it.
    config: (size, frameRate) => ({
      codec: `avc1.42e0${h264Level(size, frameRate)}`,
      avc: { format: "annexb" },
    }),
  },
  vp8: { wire: Codec.VP8, config: () => ({ codec: "vp8" }) },
};

/**
 * @param {VideoCodec} codec
 * @param {import("../worker-messages.js").Size} size
 * @param {{ bitRate: number, frameRate: number }} rates
 * @returns {VideoEncoderConfig}
 */
export function encoderConfig(codec, size, { bitRate, frameRate }) {
  return {
    ...VIDEO_CODECS[codec].config(size, frameRate),
    ...size,
    bitrate: bitRate,
    framerate: frameRate,
    latencyMode: "realtime",
    hardwareAcceleration: "no-preference",
  };
}

/**
 * The codecs that this browser encodes at a size.
 *
 * @param {import("../worker-messages.js").Size} size
 * @param {{ bitRate: number, frameRate: number }} rates
 */
export async function supportedCodecs(size, rates) {
  if (!("VideoEncoder" in globalThis && "VideoFrame" in globalThis)) return [];
  const codecs = /** @type {VideoCodec[]} */ (Object.keys(VIDEO_CODECS));
  const answers = await Promise.all(
    codecs.map((codec) => isSupported(encoderConfig(codec, size, rates))),
  );
  return codecs.filter((_codec, index) => answers[index]);
}

/** @param {VideoEncoderConfig} config */
async function isSupported(config) {
  try {
    return (await VideoEncoder.isConfigSupported(config)).supported ?? false;
  } catch {
    // A browser that does not know a value of ours throws.
    return false;
  }
}

/**
 * @param {import("../worker-messages.js").Size} size
 * @param {number} frameRate
 */
function h264Level({ width, height }, frameRate) {
  const blocks = Math.ceil(width / 16) * Math.ceil(height / 16);
  const level = H264_LEVELS.find(
    ({ picture, second }) => blocks <= picture && blocks * frameRate <= second,
  );
  return (level ?? H264_LEVELS[H264_LEVELS.length - 1]).name;
}
