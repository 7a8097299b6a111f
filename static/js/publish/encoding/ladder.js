/** The steps by which a camera sends less: bit rate first, then frames, then pixels. */

/**
 * Shares of what was asked. `quality` applies to JPEG pictures; a still beside video shrinks in
 * bytes as the video does.
 *
 * @type {readonly { bitRate: number, quality: number, frameRate: number, side: number }[]}
 */
export const LADDER = [
  { bitRate: 1, quality: 1, frameRate: 1, side: 1 },
  { bitRate: 0.7, quality: 0.85, frameRate: 1, side: 1 },
  { bitRate: 0.5, quality: 0.7, frameRate: 1, side: 1 },
  { bitRate: 0.35, quality: 0.55, frameRate: 1, side: 1 },
  { bitRate: 0.25, quality: 0.45, frameRate: 2 / 3, side: 1 },
  { bitRate: 0.17, quality: 0.4, frameRate: 1 / 2, side: 3 / 4 },
  { bitRate: 0.12, quality: 0.4, frameRate: 1 / 2, side: 1 / 2 },
  { bitRate: 0.08, quality: 0.3, frameRate: 1 / 2, side: 1 / 2 },
  { bitRate: 0.05, quality: 0.3, frameRate: 1 / 3, side: 1 / 2 },
  { bitRate: 0.03, quality: 0.3, frameRate: 1 / 3, side: 1 / 3 },
];

/** The first step that also saves the device work. */
export const FIRST_SLOWER = LADDER.findIndex(({ frameRate }) => frameRate < 1);

/** 1.2 Mbit/s for 640 x 480 at 30 fps and the usual quality. */
const BITS_PER_PIXEL = 0.13;
const USUAL_QUALITY = 0.7;

/**
 * @typedef {object} Plan
 * @property {number} frameRate
 * @property {number} bitRate of video, per second
 * @property {number} quality of JPEG pictures
 * @property {import("../worker-messages.js").Size} size
 * @property {import("../worker-messages.js").Size} stillSize
 */

/**
 * What a camera sends whose pictures have this size when sent as asked.
 *
 * @param {import("../worker-messages.js").Settings} settings
 * @param {number} level
 * @returns {Plan}
 */
export function plan({ width, height, frameRate, quality }, level) {
  const step = LADDER[level];
  const fullRate = BITS_PER_PIXEL * width * height * frameRate * (quality / USUAL_QUALITY);
  return {
    frameRate: frameRate * step.frameRate,
    bitRate: Math.round(fullRate * step.bitRate),
    quality: quality * step.quality,
    size: scaled({ width, height }, step.side),
    stillSize: scaled({ width, height }, Math.sqrt(step.bitRate)),
  };
}

/**
 * @param {import("../worker-messages.js").Size} size
 * @param {number} share
 */
function scaled({ width, height }, share) {
  return { width: width * share, height: height * share };
}
