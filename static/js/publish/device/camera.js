/** The device's cameras, and what may be wrong with them. */

import { isSupported } from "./features.js";

/** @typedef {"insecure" | "unsupported" | "denied" | "none" | "busy" | "unplugged" | "failed"} Problem */

/** No picture from the camera; `problem` says why. */
export class CameraError extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem);
    this.name = "CameraError";
    this.problem = problem;
  }
}

/** @type {Record<string, Problem>} */
const PROBLEMS = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "none",
  OverconstrainedError: "unplugged",
  NotReadableError: "busy",
  AbortError: "busy",
};

/** @typedef {{ width: number, height: number, frameRate: number }} Size */

/**
 * @param {import("./choice.js").Choice} choice
 * @param {boolean} isExact whether no other camera may stand in for it
 * @param {Size} size
 * @returns {Promise<MediaStream>}
 */
export async function openCamera(choice, isExact, size) {
  if (!isSecureContext) throw new CameraError("insecure");
  if (!isSupported()) throw new CameraError("unsupported");
  const [[name, value]] = Object.entries(choice);
  const which = { [name]: { [isExact ? "exact" : "ideal"]: value } };
  try {
    return await navigator.mediaDevices.getUserMedia({
      video: { ...which, ...ideal(size), ...zoom() },
    });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const problem = PROBLEMS[error.name] ?? "failed";
    throw new CameraError(isExact && problem === "none" ? "unplugged" : problem);
  }
}

/**
 * The mode of the camera that comes nearest. Unasked, browsers cut what it sees to the proportions
 * wanted; the worker scales it whole.
 *
 * @param {Size} size
 */
export function ideal({ width, height, frameRate }) {
  return {
    width: { ideal: width },
    height: { ideal: height },
    frameRate: { ideal: frameRate },
    resizeMode: { exact: "none" },
  };
}

/**
 * Chromium allows zooming only if it is asked for when the camera is opened. Phones simply grant
 * it; other devices would also ask the visitor whether we may move the camera.
 */
function zoom() {
  return matchMedia("(pointer: coarse)").matches ? { zoom: true } : {};
}

/** The cameras' names are known only once the visitor has allowed one. */
export async function listCameras() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind, deviceId }) => kind === "videoinput" && deviceId !== "");
}

/** Whether the camera may be opened without asking the visitor; null if the browser can't tell. */
export async function cameraPermission() {
  try {
    return await navigator.permissions.query({ name: /** @type {PermissionName} */ ("camera") });
  } catch {
    return null;
  }
}
