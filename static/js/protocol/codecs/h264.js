/** H.264 in Annex B, constrained baseline: every decoder has it, and none reorders pictures. */

const CONSTRAINED_BASELINE = "avc1.42e0";

/** ITU-T H.264, table A-1: macroblocks in a picture and in a second; the code is hexadecimal. */
const LEVELS = [
  { picture: 1620, second: 40_500, code: "1e" },
  { picture: 3600, second: 108_000, code: "1f" },
  { picture: 8192, second: 245_760, code: "28" },
  { picture: 36_864, second: 983_040, code: "33" },
];

/** @satisfies {import("./index.js").VideoCodec} */
export const h264 = {
  number: 3,
  name: /** @type {const} */ ("h264"),
  label: "H.264",
  // Level 4: 1920 x 1080 at 30 fps.
  decoder: `${CONSTRAINED_BASELINE}28`,
  saysColours: true,
  encoder: (size, frameRate) => ({
    codec: CONSTRAINED_BASELINE + levelCode(size, frameRate),
    avc: { format: "annexb" },
  }),
};

/**
 * @param {import("./index.js").Size} size
 * @param {number} frameRate
 */
function levelCode({ width, height }, frameRate) {
  const blocks = Math.ceil(width / 16) * Math.ceil(height / 16);
  const level = LEVELS.find(
    ({ picture, second }) => blocks <= picture && blocks * frameRate <= second,
  );
  return (level ?? LEVELS[LEVELS.length - 1]).code;
}
