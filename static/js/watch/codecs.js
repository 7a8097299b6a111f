/** The codecs of docs/protocol.md, section 1, and which of them this browser decodes. */

import { gettext } from "../i18n.js";
import { Codec, Rendition } from "../wire.js";

/** Video, the best first. H.264 is constrained baseline, up to 1920 x 1080 at 30 fps. */
const VIDEO = [
  { wire: Codec.H264, name: "h264", webCodecs: "avc1.42E028", label: "H.264" },
  { wire: Codec.VP8, name: "vp8", webCodecs: "vp8", label: "VP8" },
];

/**
 * The names of the video codecs that this browser decodes, the best first: none without WebCodecs,
 * which only secure pages have.
 */
export async function decodableCodecs() {
  if (!("VideoDecoder" in globalThis)) return [];
  const answers = await Promise.all(
    VIDEO.map(({ webCodecs }) => VideoDecoder.isConfigSupported(decoderConfig(webCodecs))),
  );
  return VIDEO.filter((_, index) => answers[index].supported).map(({ name }) => name);
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
 * @param {import("../wire.js").Header} header
 */
export function kindOf({ codec, rendition }) {
  if (rendition === Rendition.VIDEO) return videoCodec(codec).label;
  return rendition === Rendition.STILL ? gettext("Stills") : "JPEG";
}
