/** What the capture page says in the middle of the picture, where nothing is filmed, with one thing to do. */

import { gettext, interpolate, pgettext } from "../../../lib/i18n.js";

/** @typedef {{ sentence: string, remedy: string, mayFindOut?: boolean }} Notice the doctor may know why */

/** @type {Record<Exclude<import("../../../publish/device/camera.js").Problem, "insecure">, Notice>} */
const CAMERA_PROBLEMS = {
  unsupported: {
    sentence: gettext(
      "SkySentry can't film in this browser. Use a current Chrome, Edge, Firefox or Safari.",
    ),
    remedy: gettext("Back to the wall"),
    mayFindOut: true,
  },
  denied: {
    sentence: gettext(
      "The browser isn't allowed to use the camera. Allow it with the icon next to the address (or in the device's settings), then try again.",
    ),
    remedy: gettext("Try again"),
    mayFindOut: true,
  },
  none: {
    sentence: gettext("This device has no camera. Plug one in, then try again."),
    remedy: gettext("Try again"),
    mayFindOut: true,
  },
  busy: {
    sentence: gettext(
      "Another program, perhaps a video call, is using the camera. Close it, then try again.",
    ),
    remedy: gettext("Try again"),
    mayFindOut: true,
  },
  unplugged: {
    sentence: gettext(
      "The camera was unplugged. Plug it in again and the picture comes back by itself, or choose another one.",
    ),
    remedy: gettext("Try again"),
  },
  failed: {
    sentence: gettext(
      "The camera isn't delivering a picture. Unplug it, plug it in again, then try again.",
    ),
    remedy: gettext("Try again"),
    mayFindOut: true,
  },
};

/** @type {Notice} */
const INSECURE = {
  sentence: interpolate(
    gettext(
      "This page isn't secure, so the browser doesn't allow the camera. Start SkySentry with --tls and open it with https, or on the server itself at http://localhost%(port)s.",
    ),
    { port: globalThis.location?.port ? `:${location.port}` : "" },
  ),
  remedy: gettext("Back to the wall"),
  mayFindOut: true,
};

/** @type {Record<string, Notice>} */
const ENDS = {
  taken_over: {
    sentence: gettext("%(who)s is filming for this camera now, on another page or device."),
    remedy: gettext("Take over"),
  },
  not_allowed: {
    sentence: gettext("You no longer have permission to film here."),
    remedy: pgettext("the page", "Leave"),
  },
  disconnected: {
    sentence: gettext("An operator disconnected this camera, so filming stopped."),
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
      "This device sent more pictures than the server allows, so it was disconnected. It tries again in half a minute. A lower frame rate or resolution helps.",
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
  mayFindOut: true,
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
      "You signed out, here or on another page, so filming stopped. Sign in to continue.",
    ),
    remedy: gettext("Sign in"),
  },
  expired: {
    sentence: gettext("Your sign-in expired, so filming stopped. Sign in to continue."),
    remedy: gettext("Sign in"),
  },
  deactivated: {
    sentence: gettext("You no longer have permission to film here: your account was disabled."),
    remedy: pgettext("the page", "Leave"),
  },
  revoked: {
    sentence: gettext(
      "This device no longer has permission to film here: its key was revoked. To use it as a camera again, scan a new code.",
    ),
    remedy: pgettext("the page", "Leave"),
  },
  deleted: {
    sentence: gettext("This camera was deleted, so filming stopped."),
    remedy: pgettext("the page", "Leave"),
  },
  withdrawn: {
    sentence: gettext(
      "You no longer have permission to film here: the camera is no longer shared with you for filming.",
    ),
    remedy: pgettext("the page", "Leave"),
  },
};

const SOMEBODY = gettext("Somebody else");

/** @type {Notice} */
const OTHER_END = {
  sentence: gettext("The server ended the connection and refused to reconnect."),
  remedy: gettext("Reload this page"),
  mayFindOut: true,
};

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
    remedy: gettext("Open with https"),
    mayFindOut: true,
  };
}

/** @returns {Notice} */
export function notLoadedNotice() {
  return {
    sentence: gettext(
      "Part of this page didn't load, so nothing is sent. Check this device's network connection, then try again.",
    ),
    remedy: gettext("Try again"),
    mayFindOut: true,
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
