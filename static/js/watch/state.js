/** The one word for a camera's state, as its viewers see it. */

/** @typedef {import("./connection/source.js").CameraState["state"]} ServerState */
/** @typedef {import("../protocol/messages.js").EndReason} EndReason */

/**
 * @typedef {object} Circumstances
 * @property {import("./connection/source.js").Connection} connection the source's
 * @property {ServerState | null} server what the server last said
 * @property {string | null} reason why, as the server said
 * @property {import("./connection/source.js").Refusal | null} refused why the camera is refused, if it is
 * @property {boolean} drawn whether there is a picture at all
 * @property {boolean} fresh whether it is recent enough to count as live
 */

/**
 * @typedef {"live" | "connecting" | "reconnecting" | "stale" | "lost" | "paused" | "off"
 *   | "unknown" | "over" | import("./connection/source.js").Refusal} ShownState
 */

/** Server states that win over a fresh picture: the session is over, or was paused on purpose. */
const DECIDED = ["off", "paused"];

/**
 * Ends that nobody wished for: such a camera is not off, it is lost.
 *
 * @type {readonly EndReason[]}
 */
export const LOSSES = ["lost", "signaling_lost", "peer_failed", "server_stopped", "too_much"];

/**
 * @param {ServerState} state
 * @param {string | null} reason
 * @returns {ServerState}
 */
export function cameraState(state, reason) {
  const isLoss = LOSSES.includes(/** @type {EndReason} */ (reason));
  return state === "off" && isLoss ? "lost" : state;
}

/**
 * @param {Circumstances} circumstances
 * @returns {ShownState}
 */
export function shownState({ connection, server, reason, refused, drawn, fresh }) {
  if (connection === "over") return "over";
  if (refused) return refused;
  if (fresh && !DECIDED.includes(server ?? "")) return "live";
  if (connection === "connecting") return drawn ? "reconnecting" : "connecting";
  if (server === null) return "connecting";
  if (server !== "live") return cameraState(server, reason);
  return drawn ? "stale" : "connecting";
}
