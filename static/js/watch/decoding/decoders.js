/** The codecs of docs/protocol.md, section 1, and which of them this browser decodes. */

import { CODEC_NAMES } from "../../pages/shared/flow.js";
import { gettext } from "../../lib/i18n.js";
import { Codec, Rendition } from "../../protocol/wire.js";

/**
 * Video, the best first. H.264 is constrained baseline, up to 1920 x 1080 at 30 fps.
 *
 * @type {{ wire: number, name: keyof typeof CODEC_NAMES, webCodecs: string }[]}
 */
const VIDEO = [
  { wire: Codec.H264, name: "h264", webCodecs: "avc1.42E028" },
  { wire: Codec.VP8, name: "vp8", webCodecs: "vp8" },
];

/**
 * The names of the video codecs that this browser decodes, the best first: none without WebCodecs,
 * which only secure pages have.
 */
export async function decodableCodecs() {
  if (!("VideoDecoder" in globalThis)) return [];
  const answers = await Promise.all(VIDEO.map(({ webCodecs }) => isDecodable(webCodecs)));
  return VIDEO.filter((_, index) => answers[index]).map(({ name }) => name);
}

/** @param {string} codec in WebCodecs' words */
async function isDecodable(codec) {
  try {
    return (await VideoDecoder.isConfigSupported(decoderConfig(codec))).supported ?? false;
  } catch {
    // A browser that does not know a value of ours throws.
    return false;
  }
}

/** @param {number} wire the codec's number in a header of video */
export function videoCodec(wire) {
  const codec = VIDEO.find((each) => each.wire === wire);
  if (!codec) throw new Error(`No codec ${wire}`);
  return codec;
}

/**
 * @param {string} codec in WebCodecs' words
 * @returns {VideoDecoderConfig}
 */
export function decoderConfig(codec) {
  return { codec, optimizeForLatency: true };
}

/**
 * What a frame is, for people.
 *
 * @param {import("../../protocol/wire.js").Header} header
 */
export function kindOf({ codec, rendition }) {
  if (rendition === Rendition.VIDEO) return CODEC_NAMES[videoCodec(codec).name];
  return rendition === Rendition.STILL ? gettext("Stills") : "JPEG";
}
