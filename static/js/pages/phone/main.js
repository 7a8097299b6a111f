/** The phone's page: with an invitation or a key the phone becomes a camera. */

import { find, setText, socketUrl } from "../../lib/dom.js";
import { gettext } from "../../lib/i18n.js";
import { Refusal, post } from "../../lib/post.js";
import { retryAfterMs } from "../../protocol/close-codes.js";
import { Signaling } from "../../publish/connection/signaling.js";
import { CapturePage } from "../shared/capture/page.js";
import { remember, remembered, takeSecret } from "../shared/membership.js";

/** @typedef {import("../shared/membership.js").Membership} Membership */

const WORDS = {
  none: gettext(
    "This device isn't a camera yet. Open the camera's page on a computer, press “Add a phone”, and scan the code with this device.",
  ),
  used: gettext("Press “New code” next to it and scan that one."),
  refused: gettext(
    "This device can no longer film: its key was revoked, or the camera was deleted. Scan a new code to use it as a camera again.",
  ),
  disabled: gettext(
    "The camera is disabled. This page continues once it's enabled in its settings.",
  ),
  trouble: gettext("The server can't answer right now. Try again in a moment."),
  full: gettext("The server can't take more connections right now. Try again in half a minute."),
  away: gettext(
    "Server unreachable. Check that this device is on the same network. If the browser warned about the certificate, this device may have to trust it first.",
  ),
};

const ASK_AGAIN_MS = 5000;

class Gone extends Error {}
class Disabled extends Error {}
/** Not now; the message is the server's. */
class NotNow extends Error {}

const home = find(document, "[data-phone]", HTMLElement);
const retry = find(home, "[data-action=retry]", HTMLButtonElement);
const why = find(home, "[data-part=why]", HTMLAnchorElement);
/** Of the invitation, until it has led to something. */
let secret = takeSecret();
/** Kept here too: some devices have no other place. */
let membership = secret ? null : remembered();
let isAsking = false;
let asksAgain = 0;

async function begin() {
  if (isAsking) return;
  isAsking = true;
  clearTimeout(asksAgain);
  try {
    if (secret) membership = await join(secret);
    secret = "";
    if (membership) await film(membership);
    else say(WORDS.none);
  } catch (error) {
    explain(error);
  } finally {
    isAsking = false;
  }
}

/** @param {unknown} error */
function explain(error) {
  if (error instanceof Refusal && isFinal(error)) {
    secret = "";
    membership = remembered();
    say(`${error.message} ${WORDS.used}`.trim(), membership ? gettext("Film as before") : "");
    return;
  }
  say(wordsFor(error), gettext("Try again"));
  why.hidden = error instanceof Gone || error instanceof Disabled;
  if (error instanceof Disabled) asksAgain = setTimeout(() => void begin(), ASK_AGAIN_MS);
}

/**
 * Whether the code opens nothing, now or later.
 *
 * @param {Refusal} refusal
 */
function isFinal({ status }) {
  return status < 500 && status !== 429;
}

/**
 * The code is used up from here on.
 *
 * @param {string} code
 * @returns {Promise<Membership>}
 */
async function join(code) {
  const joined = await post(home.dataset.join ?? "", { secret: code });
  if (!remember(joined)) visit(joined.key);
  return joined;
}

/**
 * A device that keeps nothing is a camera until its page closes, and gives its key back then.
 *
 * @param {string} key
 */
function visit(key) {
  find(document, "[data-part=visit]", HTMLElement).hidden = false;
  addEventListener("pagehide", () => {
    navigator.sendBeacon(home.dataset.leave ?? "", new URLSearchParams({ key }));
  });
}

/** @param {Membership} membership */
async function film({ camera: id, key }) {
  const socket = `${home.dataset.sockets ?? ""}${id}/`;
  const camera = await welcome(socketUrl(socket), key);
  const root = find(document, ".capture", HTMLElement);
  home.hidden = true;
  root.hidden = false;
  await new CapturePage(root, { socket, camera, key }).open();
}

/**
 * What the server says about the camera to whoever has its key.
 *
 * @param {string} url
 * @param {string} key
 * @returns {Promise<import("../../protocol/messages.js").CameraFacts>}
 */
function welcome(url, key) {
  return new Promise((resolve, reject) => {
    const signaling = new Signaling(url, {
      onOpen: () => signaling.send({ type: "authenticate", key }),
      onMessage: (message) => {
        if (message.type === "welcome") resolve(message.camera);
        else if (message.type === "error") reject(failure(message));
        else return;
        signaling.close();
      },
      onClose: (close) =>
        reject(retryAfterMs(close) ? new NotNow(WORDS.full) : new Error("closed")),
    });
  });
}

/** @param {import("../../protocol/messages.js").PublishError} error */
function failure({ code, message, why }) {
  if (why === "disabled") return new Disabled();
  return code === "not_allowed" ? new Gone() : new NotNow(message);
}

/** @param {unknown} error */
function wordsFor(error) {
  if (error instanceof Refusal) return error.message || WORDS.trouble;
  if (error instanceof Disabled) return WORDS.disabled;
  if (error instanceof NotNow) return error.message;
  return error instanceof Gone ? WORDS.refused : WORDS.away;
}

/**
 * @param {string} sentence
 * @param {string} [remedy] what the button says
 */
function say(sentence, remedy = "") {
  setText(find(home, "[data-part=sentence]", HTMLElement), sentence);
  setText(retry, remedy);
  retry.hidden = !remedy;
  why.hidden = true;
}

retry.addEventListener("click", () => {
  say(gettext("One moment."));
  void begin();
});
addEventListener("hashchange", () => location.reload());
void begin();
