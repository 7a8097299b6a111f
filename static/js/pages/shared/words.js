/** States, reasons and transports in words: the same on every page. */

import { gettext } from "../../lib/i18n.js";
import { Transport } from "../../protocol/transports.js";

/** @typedef {import("../../watch/state.js").ShownState} ShownState */

/** @type {Record<ShownState, string>} */
const STATES = {
  live: gettext("Live"),
  connecting: gettext("Connecting"),
  reconnecting: gettext("Reconnecting"),
  stale: gettext("Stale"),
  lost: gettext("Lost"),
  paused: gettext("Paused"),
  off: gettext("Off"),
  unknown: gettext("Unknown"),
  not_found: gettext("Not found"),
  crowded: gettext("Not shown"),
  unavailable: gettext("Not shown"),
  over: gettext("Disconnected"),
};

/** @type {Partial<Record<ShownState, string>>} */
const SENTENCES = {
  connecting: gettext("Waiting for the first picture."),
  reconnecting: gettext("Server unreachable. Retrying."),
  stale: gettext("No new picture arrives. The connection may be too slow."),
  lost: gettext("No signal from the camera. The picture returns with it."),
  paused: gettext("The camera is paused. The picture returns when it goes on."),
  off: gettext("The camera is off."),
  unknown: gettext("Camera status unknown. Retrying."),
  not_found: gettext("This camera doesn't exist, is disabled, or isn't shared with you."),
  crowded: gettext("One page shows no more cameras at once. Open this one by itself."),
  unavailable: gettext("Too many people are watching it, or the server is busy. Trying again."),
  over: gettext("The server ended the connection. Reload the page to watch again."),
};

/**
 * Why the last session ended, where there is more to say than that the camera is off.
 *
 * @type {Partial<Record<import("../../protocol/messages.js").EndReason, string>>}
 */
const REASONS = {
  not_allowed: gettext("The camera is off: it was disabled, or lost its permission to publish."),
  disconnected: gettext("The camera is off: an operator disconnected it."),
  lost: gettext("The camera is off: there was no signal for half a minute."),
  server_stopped: gettext("The camera is off: the server restarted."),
};

/**
 * Why a connected camera sends no pictures.
 *
 * @type {Record<import("../../protocol/parts.js").Pause, string>}
 */
const PAUSES = {
  hidden: gettext("The camera is paused: its page is hidden, or the phone is locked."),
  interrupted: gettext("The camera is paused: its device uses the camera for something else."),
  unplugged: gettext("The camera is paused: it was unplugged from its device."),
  no_picture: gettext("The camera is paused: its device is not giving a picture."),
  denied: gettext("The camera is paused: its browser no longer has permission to use the camera."),
};

/**
 * Why the connection is over.
 *
 * @type {Partial<Record<import("../../watch/connection/source.js").End, string>>}
 */
const ENDS = {
  signed_out: gettext("You signed out, here or on another page. Sign in to watch again."),
  expired: gettext("Your sign-in expired. Sign in to watch again."),
  deactivated: gettext("Your account was deactivated."),
  link_ended: gettext(
    "This link has expired or was revoked. Ask the person who shared it for a new one.",
  ),
  bad_message: gettext("The server was updated, and this page is out of date. Reload it."),
};

/** Why there is no connection. */
const WAITS = {
  full: gettext("The server can't take more connections right now. This page tries again soon."),
  link_full: gettext(
    "As many people as this link allows are watching now. This page tries again soon.",
  ),
};

const TRANSPORTS = {
  [Transport.WEBRTC]: gettext("WebRTC"),
  [Transport.WEBSOCKET]: gettext("WebSocket"),
};

/** @param {ShownState} state */
export function stateWord(state) {
  return STATES[state];
}

/**
 * @param {ShownState} state
 * @param {string | null} reason
 */
export function stateSentence(state, reason) {
  /** @type {Partial<Record<typeof state, Record<string, string>>>} */
  const reasons = {
    off: REASONS,
    paused: PAUSES,
    over: ENDS,
    connecting: WAITS,
    reconnecting: WAITS,
  };
  return reasons[state]?.[reason ?? ""] ?? SENTENCES[state] ?? "";
}

/** @param {import("../../protocol/transports.js").TransportName} transport */
export function transportWord(transport) {
  return TRANSPORTS[transport];
}
