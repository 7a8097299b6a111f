/** A file of the picture that is shown, in its own size: a JPEG. */

import { UPRIGHT } from "./orientation.js";

const TYPE = "image/jpeg";
const QUALITY = 0.92;
/** The browser begins to read what it saves only after a while. */
const KEPT_MS = 10_000;

/**
 * Does nothing when there is no picture.
 *
 * @param {HTMLCanvasElement} canvas a worker may draw on it
 * @param {string} slug of the camera, for the file's name
 * @param {import("./orientation.js").Orientation} [orientation] as the picture is shown
 */
export async function saveSnapshot(canvas, slug, orientation = UPRIGHT) {
  const taken = new Date();
  const copy = copyOf(canvas, orientation);
  /** @type {Blob | null} */
  const file = await new Promise((resolve) => copy.toBlob(resolve, TYPE, QUALITY));
  if (file) save(file, snapshotName(slug, taken));
}

/**
 * @param {string} slug
 * @param {Date} taken written in local time
 */
export function snapshotName(slug, taken) {
  const local = new Date(taken.getTime() - taken.getTimezoneOffset() * 60_000);
  const time = local.toISOString().slice(0, 19).replace("T", "-").replaceAll(":", "");
  return `${slug}-${time}.jpg`;
}

/**
 * Not every browser makes a file of a canvas that a worker draws on.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {import("./orientation.js").Orientation} orientation
 */
export function copyOf(canvas, { turn, mirrored }) {
  const { width, height } = canvas;
  const copy = document.createElement("canvas");
  [copy.width, copy.height] = turn % 180 ? [height, width] : [width, height];
  const context = copy.getContext("2d");
  context?.translate(copy.width / 2, copy.height / 2);
  context?.rotate((turn * Math.PI) / 180);
  if (mirrored) context?.scale(-1, 1);
  context?.drawImage(canvas, -width / 2, -height / 2);
  return copy;
}

/**
 * @param {Blob} file
 * @param {string} name
 */
function save(file, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
