/** Which of the device's cameras films. */

/** @typedef {{ deviceId: string } | { facingMode: "user" | "environment" }} Choice */

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
