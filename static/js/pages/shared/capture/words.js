/** What the capture page says. */

import { gettext, interpolate, ngettext } from "../../../lib/i18n.js";
import { Transport } from "../../../protocol/transports.js";
import { stateSentence, stateWord as shownWord } from "../words.js";

/**
 * @typedef {"off" | "opening" | "ready" | "connecting" | "live" | "paused" | "reconnecting" | "busy"
 *   | "waiting" | "failed"} CaptureState
 */

/** @typedef {{ sentence: string, remedy: string }} Notice */

/** @type {Record<CaptureState, string>} */
const STATES = {
  off: gettext("Camera off"),
  opening: gettext("Opening the camera"),
  ready: gettext("Ready"),
  connecting: shownWord("connecting"),
  live: gettext("LIVE"),
  paused: shownWord("paused"),
  reconnecting: shownWord("reconnecting"),
  busy: gettext("In use"),
  waiting: gettext("Waiting"),
  failed: gettext("Stopped"),
};

/** @type {Record<CaptureState, string>} */
const HINTS = {
  off: gettext("Press the button to go live."),
  opening: gettext("The browser may ask you to allow the camera."),
  ready: gettext("Only you see this picture. Press the button to go live."),
  connecting: "",
  live: gettext("Keep this page open and the device plugged in."),
  paused: "",
  reconnecting: gettext("Server unreachable. Filming continues as soon as it's back."),
  busy: "",
  waiting: "",
  failed: "",
};

/** @type {Record<Exclude<import("../../../publish/device/camera.js").Problem, "insecure">, Notice>} */
const CAMERA_PROBLEMS = {
  unsupported: {
    sentence: gettext(
      "This browser can't film for SkySentry. Use a current Chrome, Edge, Firefox or Safari.",
    ),
    remedy: gettext("Back to the wall"),
  },
  denied: {
    sentence: gettext(
      "The browser isn't allowed to use the camera. Allow it with the icon next to the address (or in the device's settings), then try again.",
    ),
    remedy: gettext("Try again"),
  },
  none: {
    sentence: gettext("This device has no camera. Plug one in, then try again."),
    remedy: gettext("Try again"),
  },
  busy: {
    sentence: gettext(
      "Another program is using the camera. Close it (a video call, perhaps), then try again.",
    ),
    remedy: gettext("Try again"),
  },
  unplugged: {
    sentence: gettext(
      "The camera was unplugged. Plug it in again and the picture comes back by itself, or choose another one.",
    ),
    remedy: gettext("Try again"),
  },
  failed: {
    sentence: gettext(
      "There is no picture from the camera. Unplug it, plug it in again, then try again.",
    ),
    remedy: gettext("Try again"),
  },
};

/** @type {Notice} */
const INSECURE = {
  sentence: interpolate(
    gettext(
      "This page isn't secure, so the browser doesn't allow the camera. Start SkySentry with --tls and open it by https, or on the server itself by http://localhost%(port)s.",
    ),
    { port: globalThis.location?.port ? `:${location.port}` : "" },
  ),
  remedy: gettext("Back to the wall"),
};

/** @type {Record<string, Notice>} */
const ENDS = {
  taken_over: {
    sentence: gettext("%(who)s is filming for this camera now, on another page or device."),
    remedy: gettext("Take over"),
  },
  not_allowed: {
    sentence: gettext("You don't have permission to film here, or the camera is disabled."),
    remedy: gettext("Leave"),
  },
  disconnected: {
    sentence: gettext("An operator disconnected this camera. Nothing is sent."),
    remedy: gettext("Go live again"),
  },
};

/** @type {Record<string, Notice>} */
const WAITS = {
  disabled: {
    sentence: gettext(
      "This camera was disabled, so nothing is sent. This page goes live again once it's enabled in its settings.",
    ),
    remedy: gettext("Try again now"),
  },
  too_much: {
    sentence: gettext(
      "This device sent more pictures than this camera may, so the server disconnected it. It tries again in half a minute. A lower frame rate or resolution helps.",
    ),
    remedy: gettext("Try again now"),
  },
};

/** @type {Notice} */
const OTHER_WAIT = {
  sentence: gettext(
    "The server can't take more connections right now. This page tries again soon.",
  ),
  remedy: gettext("Try again now"),
};

/**
 * Why the right to film ended, where the server tells. Nobody films by a share link.
 *
 * @type {Record<
 *   Exclude<import("../../../protocol/messages.js").Denial, "disabled" | "link_ended">,
 *   Notice
 * >}
 */
const DENIALS = {
  signed_out: {
    sentence: gettext(
      "You signed out, here or on another page, so this device no longer films. Sign in to continue.",
    ),
    remedy: gettext("Sign in"),
  },
  expired: {
    sentence: gettext("Your sign-in expired, so this device no longer films. Sign in to continue."),
    remedy: gettext("Sign in"),
  },
  deactivated: {
    sentence: gettext("Your account was deactivated, so this device no longer films."),
    remedy: gettext("Leave"),
  },
  revoked: {
    sentence: gettext(
      "This device's key was revoked, so it no longer films. To use it as a camera again, scan a new code.",
    ),
    remedy: gettext("Leave"),
  },
  deleted: {
    sentence: gettext("This camera was deleted."),
    remedy: gettext("Leave"),
  },
  withdrawn: {
    sentence: gettext("You no longer have permission to film for this camera."),
    remedy: gettext("Leave"),
  },
};

const SOMEBODY = gettext("Somebody else");

const SLOWER_TRANSPORT = gettext(
  "This network blocks WebRTC. Using a slower connection and retrying.",
);

/** @type {Notice} */
const OTHER_END = {
  sentence: gettext("The server ended the connection and refused to reconnect."),
  remedy: gettext("Reload this page"),
};

/** @param {CaptureState} state */
export function stateWord(state) {
  return STATES[state];
}

/**
 * @param {CaptureState} state
 * @param {string | null} pause
 * @param {import("../../../protocol/transports.js").TransportName} transport
 * @param {string} [trouble] why the server doesn't take the camera, in its words
 */
export function stateHint(state, pause, transport, trouble) {
  if (state === "live" && transport === Transport.WEBSOCKET) return SLOWER_TRANSPORT;
  if (state === "reconnecting" && trouble) return trouble;
  // The same words as for viewers: both sides may talk about it.
  return state === "paused" ? stateSentence("paused", pause) : HINTS[state];
}

/**
 * @param {import("../../../publish/device/camera.js").Problem} problem
 * @param {string} secure address of the page with TLS, if it has one
 * @returns {Notice}
 */
export function cameraNotice(problem, secure) {
  return problem === "insecure" ? insecureNotice(secure) : CAMERA_PROBLEMS[problem];
}

/**
 * @param {string} secure
 * @returns {Notice}
 */
function insecureNotice(secure) {
  if (!secure) return INSECURE;
  const text = gettext(
    "This page isn't secure, so the browser doesn't allow the camera. Open %(origin)s instead; the browser may warn about its certificate first.",
  );
  return {
    sentence: interpolate(text, { origin: new URL(secure).origin }),
    remedy: gettext("Open by https"),
  };
}

/** @returns {Notice} */
export function notLoadedNotice() {
  return {
    sentence: gettext(
      "A part of this page did not load, so nothing is sent. Check this device's network connection, then try again.",
    ),
    remedy: gettext("Try again"),
  };
}

/** @returns {Notice} */
export function blindNotice() {
  return {
    sentence: gettext(
      "This browser's protection against fingerprinting returns noise instead of the camera's picture, so nothing is sent. Allow this site to use canvas image data (the icon next to the address) or turn the protection off for this site, then try again. You can also use another browser.",
    ),
    remedy: gettext("Try again"),
  };
}

/**
 * @param {{ reason: string, message: string, by: string, why: string }} end
 * @returns {Notice}
 */
export function endNotice({ reason, message, by, why }) {
  const known = /** @type {Record<string, Notice>} */ (DENIALS)[why] ?? ENDS[reason];
  if (known) return { ...known, sentence: interpolate(known.sentence, { who: by || SOMEBODY }) };
  return message ? { ...OTHER_END, sentence: message } : OTHER_END;
}

/**
 * @param {{ reason: string, why: string }} end why it has to wait
 * @returns {Notice}
 */
export function waitNotice({ reason, why }) {
  return WAITS[why] ?? WAITS[reason] ?? OTHER_WAIT;
}

/**
 * @param {string} publisher
 * @returns {Notice}
 */
export function busyNotice(publisher) {
  const text = gettext(
    "%(who)s is filming for this camera right now. This page goes live when it's free, or when you take over.",
  );
  return {
    sentence: interpolate(text, { who: publisher || SOMEBODY }),
    remedy: gettext("Take over"),
  };
}

/**
 * @param {number} count
 * @param {string[]} names
 */
export function watchingWords(count, names) {
  if (count === 0) return gettext("No viewers");
  if (names.length === count && count <= 2) {
    return interpolate(ngettext("%(names)s is watching", "%(names)s are watching", count), {
      names: names.join(", "),
    });
  }
  return interpolate(ngettext("%(count)s viewer", "%(count)s viewers", count), { count });
}

/** @type {Record<NonNullable<Report["limit"]>, string>} */
const LIMITS = {
  network: gettext(
    "The network is at its limit, so the picture is coarser or less smooth for now. A lower resolution or frame rate may look better.",
  ),
  canvas: gettext(
    "This browser's protection against fingerprinting returns noise instead of still pictures, so only video is sent. Viewers whose browser can't play it see nothing. Allow this site to use canvas image data (the icon next to the address).",
  ),
  device: gettext(
    "This device can't encode this much, so the picture is less smooth. A lower resolution helps.",
  ),
  message: gettext(
    "Pictures this large can't be sent, so their quality is lowered. A lower resolution looks better.",
  ),
};

/** @typedef {import("../../../publish/worker-messages.js").Report} Report */

/** @param {NonNullable<Report["limit"]>} limit */
export function limitWords(limit) {
  return LIMITS[limit];
}

/** @param {number} count */
export function refusedWords(count) {
  const text = ngettext(
    "The server couldn't use %(count)s picture. Filming continues. If this keeps happening, reload the page.",
    "The server couldn't use %(count)s pictures. Filming continues. If this keeps happening, reload the page.",
    count,
  );
  return interpolate(text, { count });
}

/** @param {number} index of a camera whose name the browser does not tell */
export function cameraName(index) {
  return interpolate(gettext("Camera %(number)s"), { number: index + 1 });
}
