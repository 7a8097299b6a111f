/** The colours of video that says nothing of them, as VP8 cannot (RFC 6386, section 9.2). */

export const BT601 = /** @type {const} */ ({
  primaries: "smpte170m",
  transfer: "smpte170m",
  matrix: "smpte170m",
  fullRange: false,
});

/** The same under two names: of NTSC and of PAL. */
const MATRICES = ["smpte170m", "bt470bg"];

/**
 * Whether pictures in this colour space have these colours. Cameras that say nothing do.
 *
 * @param {Pick<VideoColorSpace, "matrix" | "fullRange">} space
 */
export function isBt601({ matrix, fullRange }) {
  return matrix === null || (MATRICES.includes(matrix) && !fullRange);
}
