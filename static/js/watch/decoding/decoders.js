/** Which video codecs this browser decodes, and how its decoder is configured. */

import { BT601 } from "../../protocol/bt601.js";
import { supportedCodecs } from "../../protocol/codecs/index.js";

/** None without WebCodecs, which only secure pages have. */
export async function decodableCodecs() {
  if (!("VideoDecoder" in globalThis)) return [];
  return supportedCodecs(VideoDecoder, decoderConfig);
}

/**
 * Where a video says its colours, as H.264 may, that counts; without a word browsers would guess.
 *
 * @param {import("../../protocol/codecs/index.js").VideoCodec} codec
 * @returns {VideoDecoderConfig}
 */
export function decoderConfig({ decoder }) {
  return { codec: decoder, colorSpace: BT601, optimizeForLatency: true };
}
