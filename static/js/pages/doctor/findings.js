/** What the doctor makes of what it measured in this browser: facts in, findings in words out. */

import { bitRate, milliseconds, timeSpan } from "../../lib/format.js";
import { gettext, interpolate, ngettext } from "../../lib/i18n.js";
import { videoCodecNamed } from "../../protocol/codecs/index.js";
import { cameraNotice } from "../shared/capture/notices.js";

/**
 * @typedef {object} Finding
 * @property {string} check its name, for scripts and styles
 * @property {string} title
 * @property {"ok" | "warning" | "problem" | "skipped"} state
 * @property {string} sentence
 * @property {string} advice "" where nothing has to be done
 * @property {string[]} [places] addresses of the server, to be shown beside
 */

/** A video call of other programs needs as much. */
const LOW_BITS_PER_SECOND = 1e6;
const LONG_ROUND_TRIP_MS = 250;
/** Times that people read would be wrong; those of pictures are corrected. */
const FAR_OFF_MS = 30_000;

const SIGN_IN = gettext("Sign in to check this.");

/**
 * @param {string} check
 * @param {string} title
 * @param {Finding["state"]} state
 * @param {string} sentence
 * @param {string} [advice]
 * @returns {Finding}
 */
function finding(check, title, state, sentence, advice = "") {
  return { check, title, state, sentence, advice };
}

/** @param {boolean} isSecure */
export function ofPage(isSecure) {
  const title = gettext("Secure page");
  if (isSecure) return finding("page", title, "ok", gettext("This page is secure."));
  return finding(
    "page",
    title,
    "warning",
    gettext(
      "This page isn't secure: you can watch, but the browser allows no camera and no video.",
    ),
    gettext("Open it with https. On the server itself, http://localhost works, too."),
  );
}

/**
 * @param {object} facts
 * @param {boolean} facts.isSecure
 * @param {"granted" | "denied" | "prompt" | null} facts.permission null: the browser doesn't tell
 * @param {"works" | import("../../publish/device/camera.js").Problem | null} facts.tried null: not yet
 */
export function ofCamera({ isSecure, permission, tried }) {
  const title = gettext("Camera");
  if (tried === "works")
    return finding("camera", title, "ok", gettext("The camera gives a picture."));
  if (!isSecure) {
    const sentence = gettext("The browser allows a camera on secure pages only.");
    return finding("camera", title, "warning", sentence, gettext("Open this page with https."));
  }
  if (tried) {
    const { sentence } = cameraNotice(tried, "");
    return finding("camera", title, "problem", sentence);
  }
  if (permission === "denied") {
    const { sentence } = cameraNotice("denied", "");
    return finding("camera", title, "problem", sentence);
  }
  const sentence =
    permission === "granted"
      ? gettext("This page may use the camera.")
      : gettext("Not checked yet. The browser may ask for permission.");
  return finding("camera", title, permission === "granted" ? "ok" : "skipped", sentence);
}

/** @param {{ encodes: string[], decodes: string[], isSecure: boolean }} facts names of codecs */
export function ofCodecs({ encodes, decodes, isSecure }) {
  const title = gettext("Video");
  const values = { encodes: names(encodes), decodes: names(decodes) };
  if (encodes.length && decodes.length) {
    const text = gettext("This browser sends %(encodes)s and shows %(decodes)s.");
    return finding("codecs", title, "ok", interpolate(text, values));
  }
  const text = decodes.length
    ? gettext("This browser shows %(decodes)s, but films in single pictures only.")
    : gettext("This browser films and shows single pictures only, which need more data.");
  const advice = isSecure
    ? gettext("Use a current Chrome, Edge, Firefox or Safari.")
    : gettext("Open this page with https.");
  return finding("codecs", title, "warning", interpolate(text, values), advice);
}

/** @param {boolean} isKept whether this browser keeps what a page stores */
export function ofStorage(isKept) {
  const title = gettext("Storage");
  if (isKept)
    return finding("storage", title, "ok", gettext("This browser remembers your settings."));
  return finding(
    "storage",
    title,
    "warning",
    gettext("This browser stores nothing, so your settings are lost when the page closes."),
    gettext("Allow this site to store data, and leave private mode."),
  );
}

/**
 * @typedef {object} Connected
 * @property {import("./line.js").LineProblem | null} problem
 * @property {number} [roundTrip] ms
 * @property {number} [offset] of the server's clock to this device's, ms
 */

/** @param {Connected} facts */
export function ofConnection({ problem, roundTrip = 0 }) {
  const title = gettext("Connection");
  if (problem === "full") {
    const sentence = gettext("The server can't take more connections right now.");
    return finding("connection", title, "problem", sentence, gettext("Try again in a minute."));
  }
  if (problem) {
    const sentence =
      problem === "silent"
        ? gettext("A WebSocket opened, but nothing came back.")
        : gettext("No WebSocket to the server opened.");
    const advice = gettext(
      "A reverse proxy has to pass WebSockets on (Upgrade and Connection headers). Company networks and virus scanners block them, too: try another network.",
    );
    return finding("connection", title, "problem", sentence, advice);
  }
  const values = { time: milliseconds(roundTrip) };
  if (roundTrip > LONG_ROUND_TRIP_MS) {
    const text = gettext("The server answers, but only after %(time)s, so everything comes late.");
    const advice = gettext("Use a cable or a closer access point. A VPN makes the way longer.");
    return finding("connection", title, "warning", interpolate(text, values), advice);
  }
  const text = gettext("WebSockets work. The server answers after %(time)s.");
  return finding("connection", title, "ok", interpolate(text, values));
}

/** @param {Connected} facts */
export function ofClock({ problem, offset = 0 }) {
  const title = gettext("Clock");
  if (problem) return finding("clock", title, "skipped", gettext("Not checked: no connection."));
  const off = Math.abs(offset);
  if (off <= FAR_OFF_MS) {
    const text = gettext("This device and the server agree to within %(time)s.");
    return finding("clock", title, "ok", interpolate(text, { time: seconds(off) }));
  }
  const text = gettext(
    "This device's clock and the server's are %(time)s apart, so times look wrong.",
  );
  const advice = gettext("Set the date and time automatically, on this device and on the server.");
  return finding("clock", title, "warning", interpolate(text, { time: seconds(off) }), advice);
}

const THROUGH_A_ROUTER = gettext(
  "%(protocol)s reaches the server through a router (NAT). It answers after %(time)s.",
);
/** By the kind of candidate (RFC 8445). @type {Record<string, string>} */
const WAYS = {
  host: gettext("%(protocol)s reaches the server directly. It answers after %(time)s."),
  srflx: THROUGH_A_ROUTER,
  prflx: THROUGH_A_ROUTER,
  relay: gettext(
    "%(protocol)s reaches the server through a TURN server. It answers after %(time)s.",
  ),
};

/** @param {import("./test-peer.js").Direct | null} direct null: not for visitors */
export function ofDirect(direct) {
  const title = gettext("WebRTC");
  if (!direct) return finding("direct", title, "skipped", SIGN_IN);
  switch (direct.state) {
    case "connected":
      return finding("direct", title, "ok", connectedWords(direct));
    case "unsupported":
      return finding(
        "direct",
        title,
        "warning",
        gettext("This browser has no WebRTC. Cameras here send over WebSocket, which is slower."),
        gettext("Turn WebRTC on in its settings, or use another browser."),
      );
    case "unavailable":
      return finding(
        "direct",
        title,
        "warning",
        gettext("The server makes no test connection right now."),
        gettext("Try again in a minute. If this stays, check that an ingest process runs."),
      );
    default:
      return finding(
        "direct",
        title,
        "warning",
        gettext("UDP doesn't reach the server. Cameras here send over WebSocket, which is slower."),
        gettext(
          "Open the server's UDP ports in its firewall and router (SKYSENTRY_UDP_PORTS, SKYSENTRY_ADVERTISED_ADDRESSES), or set up a TURN server. Without that, filming still works.",
        ),
      );
  }
}

/** @param {import("./test-peer.js").Direct} direct */
function connectedWords({ pair = null, roundTrip = null }) {
  const kind = pair?.remote === "relay" ? "relay" : (pair?.local ?? "host");
  const protocol = (pair?.protocol ?? "udp").toUpperCase();
  return interpolate(WAYS[kind] ?? WAYS.host, { protocol, time: milliseconds(roundTrip) });
}

/**
 * @typedef {object} Speed bits a second
 * @property {number} up
 * @property {number} down
 * @property {number | null} direct by WebRTC, up
 */

/** @param {Speed | null} speed null: not measured, as for visitors */
export function ofSpeed(speed) {
  const title = gettext("Speed");
  if (!speed) return finding("speed", title, "skipped", SIGN_IN);
  const values = { up: bitRate(Math.max(speed.up, speed.direct ?? 0)), down: bitRate(speed.down) };
  const isLow = Math.max(speed.up, speed.direct ?? 0) < LOW_BITS_PER_SECOND;
  if (!isLow && speed.down >= LOW_BITS_PER_SECOND) {
    const text = gettext("At least %(up)s to the server, %(down)s from it.");
    return finding("speed", title, "ok", interpolate(text, values));
  }
  const text = gettext("Only %(up)s to the server, %(down)s from it: pictures are coarse or late.");
  const advice = gettext(
    "Use a cable or a closer access point, stop other transfers, or choose a lower resolution.",
  );
  return finding("speed", title, "warning", interpolate(text, values), advice);
}

/** @param {Iterable<Pick<Finding, "state">>} findings */
export function summaryOf(findings) {
  const states = Array.from(findings, ({ state }) => state);
  const count = states.filter((state) => state === "problem").length;
  if (count) {
    const text = ngettext(
      "There is %(count)s problem. Start with that one.",
      "There are %(count)s problems. Start with the first one.",
      count,
    );
    return interpolate(text, { count });
  }
  if (states.includes("warning")) return gettext("It works, but something could be better.");
  return gettext("No problems found.");
}

/** @param {number} ms */
function seconds(ms) {
  return ms < 1000 ? milliseconds(ms) : timeSpan(ms / 1000);
}

/** @param {string[]} codecs */
function names(codecs) {
  return codecs.map((each) => videoCodecNamed(each).label).join(", ");
}
