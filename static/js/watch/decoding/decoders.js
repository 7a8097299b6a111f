/** Which video codecs this browser decodes, and how its decoder is configured. */

import { supportedCodecs } from "../../protocol/codecs/index.js";

/** None without WebCodecs, which only secure pages have. */
export async function decodableCodecs() {
  if (!("VideoDecoder" in globalThis)) return [];
  return supportedCodecs(VideoDecoder, decoderConfig);
}

/**
 * @param {import("../../protocol/codecs/index.js").VideoCodec} codec
 * @returns {VideoDecoderConfig}
 */
export function decoderConfig({ decoder }) {
  return { codec: decoder, optimizeForLatency: true };
}
