/** When a page offers the doctor: where what is between it and the server may be to blame. */

import { Transport } from "../../protocol/transports.js";

/**
 * By state, the reasons of which the doctor knows more. Offline it can't be opened.
 *
 * @type {Record<string, readonly (string | null)[]>}
 */
const REASONS = {
  connecting: ["server", "full"],
  reconnecting: ["server", "full", "opening", null],
  stale: ["server", "slow", "late"],
  unknown: ["redis", "database", null],
  unavailable: [null],
};

/**
 * @param {import("../../watch/state.js").ShownState} state of a camera, to its viewers
 * @param {string | null} reason
 */
export function viewerMayFindOut(state, reason) {
  return REASONS[state]?.includes(reason) ?? false;
}

/**
 * @param {import("./capture/words.js").CaptureState} state
 * @param {import("../../protocol/transports.js").TransportName} transport that frames take
 */
export function cameraMayFindOut(state, transport) {
  return state === "reconnecting" || (state === "live" && transport === Transport.WEBSOCKET);
}
