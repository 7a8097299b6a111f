/** Which of the device's cameras films: the choice is remembered on this device. */

const KEY = "camera";

/** @typedef {{ deviceId: string } | { facingMode: "user" | "environment" }} Choice */

/**
 * Without a choice: the camera on the back of a phone, or the only one.
 *
 * @returns {Choice}
 */
export function rememberedChoice() {
  try {
    const { deviceId, facingMode } = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    if (deviceId) return { deviceId };
    if (facingMode === "user") return { facingMode };
  } catch {
    // Storage is switched off, or holds something else.
  }
  return { facingMode: "environment" };
}

/** @param {Choice} choice */
export function rememberChoice(choice) {
  try {
    localStorage.setItem(KEY, JSON.stringify(choice));
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }
}

/**
 * The camera that the switch goes to: from front to back on phones, which may have several on one
 * side; else the next.
 *
 * @param {{ facingMode?: string, deviceId?: string }} current the track's settings
 * @param {{ deviceId: string }[]} cameras
 * @returns {Choice}
 */
export function otherChoice({ facingMode, deviceId }, cameras) {
  if (facingMode === "user") return { facingMode: "environment" };
  if (facingMode === "environment") return { facingMode: "user" };
  const index = cameras.findIndex((camera) => camera.deviceId === deviceId);
  return { deviceId: cameras[(index + 1) % cameras.length].deviceId };
}
