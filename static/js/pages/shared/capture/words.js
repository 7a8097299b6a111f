/** What the capture page says. */

import { framesPerSecond, milliseconds, resolution } from "../../../lib/format.js";
import { gettext, interpolate, ngettext } from "../../../lib/i18n.js";
import { Transport } from "../../../protocol/transports.js";
import { flowWords } from "../flow.js";
import { stateSentence, stateWord as shownWord } from "../words.js";

/**
 * @typedef {"off" | "opening" | "ready" | "connecting" | "live" | "paused" | "reconnecting" | "busy"
 *   | "waiting" | "failed" | "over"} CaptureState over: the right to film has ended
 */

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
  over: gettext("Ended"),
};

/** @type {Record<CaptureState, string>} */
const HINTS = {
  off: gettext("Press the button to go live."),
  opening: gettext("The browser may ask you to allow the camera."),
  ready: gettext("Only you see this picture. Press the button to go live."),
  connecting: "",
  live: "",
  paused: "",
  reconnecting: gettext("Server unreachable. Filming continues as soon as it's back."),
  busy: "",
  waiting: "",
  failed: "",
  over: "",
};

/**
 * Why the camera is off, where a moment ago it was not.
 *
 * @type {Record<import("./page.js").Before, string>}
 */
const OFF_HINTS = {
  nothing: HINTS.off,
  stopped: gettext("You stopped filming. Press the button to go live again."),
  interrupted: gettext(
    "Filming stopped when this page was closed or reloaded. Press the button to go live again.",
  ),
};

/**
 * How the device stays awake.
 *
 * @type {Record<import("../../../lib/wake-lock.js").WakeState, string>}
 */
const AWAKE_HINTS = {
  held: gettext("Keep this page open and the device plugged in. The screen stays on."),
  unknown: gettext("Keep this page open and the device plugged in."),
  refused: gettext(
    "The browser can't keep the screen on now, perhaps to save battery. Plug the device in, and set its screen to stay on.",
  ),
  unsupported: gettext(
    "This browser can't keep the screen on. Plug the device in, and turn off auto-lock in its settings.",
  ),
};

const SLOWER_TRANSPORT = gettext(
  "This network blocks WebRTC. Using a slower connection and retrying.",
);

/** @param {CaptureState} state */
export function stateWord(state) {
  return STATES[state];
}

/** @param {import("./view.js").Shown} shown */
export function stateHint({ state, pause, transport, trouble, before, awake }) {
  if (state === "live")
    return transport === Transport.WEBSOCKET ? SLOWER_TRANSPORT : AWAKE_HINTS[awake];
  if (state === "off") return OFF_HINTS[before];
  if (state === "reconnecting" && trouble) return trouble;
  // The same words as for viewers: both sides may talk about it.
  return state === "paused" ? stateSentence("paused", pause) : HINTS[state];
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
    "The network is at its limit, so the picture is less sharp or less smooth for now. A lower resolution or frame rate may look better.",
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

/** @param {string} value of a list that does not have it */
export function customWord(value) {
  return interpolate(gettext("Custom (%(value)s)"), { value });
}

/** @returns {string} why the page films, though nobody has pressed the button */
export function resumedWords() {
  return gettext(
    "This page was live a moment ago, so it went live again. Press the button to stop.",
  );
}

/**
 * What is sent. Quality that is lowered without a reason is about to rise.
 *
 * @param {Pick<Report, "video" | "jpeg" | "level" | "limit">} report
 */
export function sendingWords({ video, jpeg, level, limit }) {
  if (!video && !jpeg) return gettext("Standby: full video when somebody watches");
  return flowWords({ video, jpeg, level: limit ? level : 0 });
}

/** @type {Record<Exclude<Verdict, Limit | "good" | "good_so_far">, string>} */
const FAULTS = {
  no_picture: gettext("There is no picture yet. Press the button to go live, then check again."),
  dark: gettext("Too dark. Add light, or point the camera at a brighter place."),
  dim: gettext(
    "Too little light for %(wanted)s: the camera delivers %(fps)s. Add light, or choose a lower frame rate.",
  ),
  slow: gettext(
    "The camera delivers %(fps)s instead of %(wanted)s. Close other programs that use this device, or choose a lower resolution.",
  ),
};

/** @typedef {import("./verdict.js").Limit} Limit */
/** @typedef {import("./verdict.js").Verdict} Verdict */

/**
 * Whether the picture is good, in one sentence.
 *
 * @param {Verdict} verdict
 * @param {import("./verdict.js").Facts} facts
 */
export function verdictWords(verdict, facts) {
  const values = {
    fps: framesPerSecond(facts.framesPerSecond),
    wanted: framesPerSecond(facts.wantedFramesPerSecond),
    size: resolution(facts.width, facts.height),
    time: milliseconds(facts.roundTrip),
  };
  switch (verdict) {
    case "good":
      return interpolate(
        gettext("Your picture is good: %(size)s, %(fps)s, %(time)s to the server and back."),
        values,
      );
    case "good_so_far":
      return interpolate(
        gettext("Your picture is good: %(size)s, %(fps)s. Go live to check the network, too."),
        values,
      );
    case "no_picture":
    case "dark":
    case "dim":
    case "slow":
      return interpolate(FAULTS[verdict], values);
    default:
      return limitWords(verdict);
  }
}

export function checkingWords() {
  return gettext("Checking the picture.");
}
