/** The device's cameras, and what may be wrong with them. */

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

/**
 * @typedef {object} Wish
 * @property {string} deviceId empty: the camera on the back of a phone, or the only one
 * @property {number} width
 * @property {number} height
 * @property {number} frameRate
 */

/**
 * @param {Wish} wish
 * @returns {Promise<MediaStream>}
 */
export async function openCamera({ deviceId, ...wish }) {
  if (!isSecureContext) throw new CameraError("insecure");
  if (!navigator.mediaDevices) throw new CameraError("unsupported");
  const which = deviceId
    ? { deviceId: { exact: deviceId } }
    : { facingMode: { ideal: "environment" } };
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { ...which, ...ideal(wish) } });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CameraError(PROBLEMS[error.name] ?? "failed");
  }
}

/** @param {{ width: number, height: number, frameRate: number }} wish */
export function ideal({ width, height, frameRate }) {
  return { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: frameRate } };
}

/** The cameras' names are known only once the visitor has allowed one. */
export async function listCameras() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind, deviceId }) => kind === "videoinput" && deviceId !== "");
}

/** Whether the camera may be opened without asking the visitor. */
export async function isAllowed() {
  try {
    const name = /** @type {PermissionName} */ ("camera");
    return (await navigator.permissions.query({ name })).state === "granted";
  } catch {
    // A browser that cannot be asked will ask the visitor.
    return false;
  }
}
