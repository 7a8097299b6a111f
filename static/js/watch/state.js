/** The one word for a camera's state, as its viewers see it. */

/**
 * @typedef {object} Circumstances
 * @property {import("./connection/source.js").Connection} connection the source's
 * @property {import("./connection/source.js").CameraState["state"] | null} server what the server last said
 * @property {import("./connection/source.js").Refusal | null} refused why the camera is refused, if it is
 * @property {boolean} drawn whether there is a picture at all
 * @property {boolean} fresh whether it is recent enough to count as live
 */

/**
 * @typedef {"live" | "connecting" | "reconnecting" | "stale" | "lost" | "paused" | "off"
 *   | "unknown" | "over" | import("./connection/source.js").Refusal} ShownState
 */

/** Server states that win over a fresh picture: the camera was ended or paused on purpose. */
const DELIBERATE = ["off", "paused"];

/**
 * @param {Circumstances} circumstances
 * @returns {ShownState}
 */
export function shownState({ connection, server, refused, drawn, fresh }) {
  if (connection === "over") return "over";
  if (refused) return refused;
  if (fresh && !DELIBERATE.includes(server ?? "")) return "live";
  if (connection === "connecting") return drawn ? "reconnecting" : "connecting";
  if (server === null) return "connecting";
  if (server !== "live") return server;
  return drawn ? "stale" : "connecting";
}
