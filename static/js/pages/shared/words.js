/** States, reasons and transports in words: the same on every page. */

import { timeOfDay } from "../../lib/format.js";
import { gettext, interpolate } from "../../lib/i18n.js";
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
  stale: gettext("No new picture. Checking the camera."),
  lost: gettext("No signal from the camera. The picture returns when the signal does."),
  paused: gettext("The camera is paused. The picture returns when filming resumes."),
  off: gettext("The camera is off."),
  unknown: gettext("Camera status unknown. Retrying."),
  not_found: gettext("This camera doesn't exist, is disabled, or isn't shared with you."),
  crowded: gettext("This page can't show more cameras at once. Open this one on its own page."),
  unavailable: gettext(
    "Too many people are watching this camera, or the server is busy. Retrying.",
  ),
  over: gettext("The server ended the connection. Reload the page to watch again."),
};

/**
 * A sentence with a time, and the same with the name of who filmed.
 *
 * @typedef {{ text: string, named: string }} Timed
 */

/** @type {Timed} */
const SILENT = {
  text: gettext(
    "Lost since %(time)s: no signal from the camera. The picture returns when the signal does.",
  ),
  named: gettext(
    "Lost since %(time)s: no signal from %(who)s. The picture returns when the signal does.",
  ),
};

/**
 * Why a camera is off, or was lost for good.
 *
 * @type {Record<import("../../protocol/messages.js").EndReason, Timed>}
 */
export const ENDS_OF_SESSIONS = {
  stopped: {
    text: gettext("Off since %(time)s: filming was stopped."),
    named: gettext("Off since %(time)s: %(who)s stopped filming."),
  },
  taken_over: {
    text: gettext("Off since %(time)s: another device took over, but never sent a picture."),
    named: gettext(
      "Off since %(time)s: another device took over from %(who)s, but never sent a picture.",
    ),
  },
  not_allowed: {
    text: gettext("Off since %(time)s: permission to film was removed."),
    named: gettext("Off since %(time)s: %(who)s no longer has permission to film."),
  },
  disconnected: {
    text: gettext("Off since %(time)s: an operator disconnected the camera."),
    named: gettext("Off since %(time)s: an operator disconnected %(who)s."),
  },
  lost: {
    text: gettext("Lost since %(time)s: the camera went silent. Check its power and network."),
    named: gettext(
      "Lost since %(time)s: the camera went silent while %(who)s was filming. Check its power and network.",
    ),
  },
  signaling_lost: {
    text: gettext(
      "Lost since %(time)s: the page or program that filmed was closed or went offline.",
    ),
    named: gettext("Lost since %(time)s: %(who)s closed the page or program, or went offline."),
  },
  peer_failed: {
    text: gettext("Lost since %(time)s: the connection failed. It usually comes back by itself."),
    named: gettext(
      "Lost since %(time)s: the connection to %(who)s failed. It usually comes back by itself.",
    ),
  },
  server_stopped: {
    text: gettext(
      "Lost since %(time)s: the server restarted. The camera usually comes back by itself.",
    ),
    named: gettext(
      "Lost since %(time)s: the server restarted while %(who)s was filming. The camera usually comes back by itself.",
    ),
  },
  too_much: {
    text: gettext(
      "Lost since %(time)s: the camera sent more than allowed. It tries again by itself.",
    ),
    named: gettext(
      "Lost since %(time)s: %(who)s sent more than allowed. The camera tries again by itself.",
    ),
  },
};

/** @type {Record<string, Timed>} */
const TIMED_LOSSES = {
  process: {
    text: gettext("Lost since %(time)s: part of the server isn't responding. It restarts itself."),
    named: gettext("Lost since %(time)s: part of the server isn't responding. It restarts itself."),
  },
};

/** @type {Partial<Record<ShownState, string>>} */
const BRIEFS = {
  lost: gettext("Lost since %(time)s"),
  off: gettext("Off since %(time)s"),
  paused: gettext("Paused since %(time)s"),
};

/** Why a camera is off that has never been on. */
const NEVER = { never: gettext("Nobody has filmed here yet.") };

/** Why the state is unknown. */
const UNKNOWNS = {
  redis: gettext("The server can't reach Redis, so the camera's state is unknown. Retrying."),
  database: gettext("The server's database is unavailable. Retrying."),
};

/** Why a picture is old though the camera is live. */
const DELAYS = {
  offline: gettext("This device is offline. The picture returns when it's back online."),
  server: gettext("The server isn't responding. Retrying."),
  slow: gettext("Your connection is too slow. The picture catches up by itself."),
  late: gettext("Pictures arrive late: the camera's connection may be too slow."),
};

/**
 * Why a connected camera sends no pictures.
 *
 * @type {Record<import("../../protocol/parts.js").Pause, string>}
 */
const PAUSES = {
  hidden: gettext("The camera is paused: its page is hidden or the phone is locked."),
  interrupted: gettext("The camera is paused: its device is using the camera for something else."),
  unplugged: gettext("The camera is paused: it was unplugged from its device."),
  no_picture: gettext("The camera is paused: its device isn't delivering a picture."),
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
  deactivated: gettext("Your account was disabled."),
  link_ended: gettext(
    "This link has expired or was revoked. Ask the person who shared it for a new one.",
  ),
  bad_message: gettext("The server was updated, and this page is out of date. Reload it."),
};

/**
 * Whether a visitor for whom it is over watches again once they have signed in.
 *
 * @param {string | null} reason
 */
export function signingInHelps(reason) {
  return reason === "signed_out" || reason === "expired";
}

/** Why there is no connection, or nothing comes over it. */
const WAITS = {
  opening: gettext("Connecting to the server."),
  returning: gettext("The camera is back. Waiting for its picture."),
  offline: gettext("This device is offline. The picture returns when it's back online."),
  server: gettext("Server unreachable. Retrying."),
  full: gettext("The server can't take more connections right now. This page tries again soon."),
  link_full: gettext("This link has reached its viewer limit. This page tries again soon."),
};

const TRANSPORTS = {
  [Transport.WEBRTC]: gettext("WebRTC"),
  [Transport.WEBSOCKET]: gettext("WebSocket"),
  [Transport.RTSP]: gettext("RTSP"),
  [Transport.HTTP]: gettext("HTTP"),
  [Transport.PUSH]: gettext("HTTP push"),
  [Transport.WHIP]: gettext("WHIP"),
};

/** @param {ShownState} state */
export function stateWord(state) {
  return STATES[state];
}

/** @type {Partial<Record<ShownState, Record<string, string>>>} */
const REASONS = {
  off: NEVER,
  paused: PAUSES,
  stale: DELAYS,
  over: ENDS,
  connecting: WAITS,
  reconnecting: { ...WAITS, opening: gettext("Connection lost. Reconnecting.") },
  unknown: UNKNOWNS,
};

/**
 * What happened, and what happens next.
 *
 * @param {ShownState} state
 * @param {string | null} reason
 * @param {number | null} [since] when the state began, ms since the epoch
 * @param {string | null} [publisher] who films, or did last
 */
export function stateSentence(state, reason, since = null, publisher = null) {
  const timed = since === null ? undefined : timedSentence(state, reason);
  if (since === null || !timed) return REASONS[state]?.[reason ?? ""] ?? SENTENCES[state] ?? "";
  const values = { time: timeOfDay(since), who: publisher ?? "" };
  return interpolate(publisher === null ? timed.text : timed.named, values);
}

/**
 * What a tile has room for that is too small for the sentence: what its state's word doesn't say.
 *
 * @param {ShownState} state
 * @param {string | null} reason
 * @param {number | null} since when the state began, ms since the epoch
 */
export function stateBrief(state, reason, since) {
  if (state === "off" && reason === "never") return gettext("No picture yet");
  const text = since === null ? undefined : BRIEFS[state];
  return text && since !== null ? interpolate(text, { time: timeOfDay(since) }) : "";
}

/**
 * @param {ShownState} state
 * @param {string | null} reason
 * @returns {Timed | undefined}
 */
function timedSentence(state, reason) {
  /** @type {Partial<Record<string, Timed>>} */
  const ends = ENDS_OF_SESSIONS;
  if (state === "off") return ends[reason ?? ""];
  if (state === "lost") return ends[reason ?? ""] ?? TIMED_LOSSES[reason ?? ""] ?? SILENT;
  return undefined;
}

/** @param {import("../../protocol/transports.js").TransportName} transport */
export function transportWord(transport) {
  return TRANSPORTS[transport];
}
