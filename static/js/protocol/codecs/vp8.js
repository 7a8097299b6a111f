/** VP8 (RFC 6386): the codec that every browser with WebCodecs encodes in software. */

/** @satisfies {import("./index.js").VideoCodec} */
export const vp8 = {
  number: 2,
  name: /** @type {const} */ ("vp8"),
  label: "VP8",
  decoder: "vp8",
  saysColours: false,
  encoder: () => ({ codec: "vp8" }),
};
