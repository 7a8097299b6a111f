/** Which of the features that capturing needs this browser has: the one place that looks. */

import { pageProcessor } from "./sources/page-processor.js";
import { previewBitmaps, previewFrames } from "./sources/preview.js";
import { workerProcessor } from "./sources/worker-processor.js";

/**
 * One way from a camera's track to the worker's pictures.
 *
 * @typedef {object} Source
 * @property {boolean} worksHidden whether pictures keep coming while the page is hidden
 * @property {(how: {
 *   track: MediaStreamTrack,
 *   preview: HTMLVideoElement,
 *   post: (message: import("../worker-messages.js").ToWorker, transfer: Transferable[]) => void,
 * }) => () => void} start posts pictures, or what the worker reads them from; returns a
 *   function that ends that in the page. The preview shows the track.
 */

/** Whether this browser can film for us at all. */
export function isSupported() {
  return navigator.mediaDevices !== undefined;
}

/** Whether workers can draw and encode; else the page has to. */
export function canEncodeInWorker() {
  return "OffscreenCanvas" in globalThis && "convertToBlob" in OffscreenCanvas.prototype;
}

/**
 * The best way from a track to pictures.
 *
 * @param {boolean} hasWorkerProcessor
 * @returns {Source}
 */
export function chooseSource(hasWorkerProcessor) {
  if ("MediaStreamTrackProcessor" in globalThis) return pageProcessor;
  if (hasWorkerProcessor) return workerProcessor;
  return "VideoFrame" in globalThis ? previewFrames : previewBitmaps;
}
