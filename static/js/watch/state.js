/** The one word that says how a camera's picture is to be taken. */

/**
 * @typedef {object} Circumstances
 * @property {import("./socket.js").Connection} connection the watch socket's
 * @property {import("./socket.js").CameraState["state"] | null} server what the server last said
 * @property {boolean} found whether the camera is there for this visitor
 * @property {boolean} drawn whether there is a picture at all
 * @property {boolean} fresh whether it is recent enough to pass for live
 */

/**
 * @typedef {"live" | "connecting" | "reconnecting" | "stale" | "lost" | "paused" | "off"
 *   | "unknown" | "not_found" | "over"} ShownState
 */

/** States of the server that a fresh picture does not outweigh: they end or pause it on purpose. */
const DELIBERATE = ["off", "paused"];

/**
 * @param {Circumstances} circumstances
 * @returns {ShownState}
 */
export function shownState({ connection, server, found, drawn, fresh }) {
  if (connection === "over") return "over";
  if (!found) return "not_found";
  if (fresh && !DELIBERATE.includes(server ?? "")) return "live";
  if (connection === "connecting") return drawn ? "reconnecting" : "connecting";
  if (server === null) return "connecting";
  if (server !== "live") return server;
  return drawn ? "stale" : "connecting";
}
