/** The list of cameras: the state of each, and its newest picture. */

import { find, setText } from "../../lib/dom.js";
import { gettext } from "../../lib/i18n.js";
import { VisibleInterval } from "../../lib/visible-interval.js";
import { cameraState } from "../../watch/state.js";
import { saySignedOut } from "../shared/signed-out.js";
import { StatsFeed } from "../shared/stats.js";
import { whyNot } from "../shared/why.js";
import { stateWord } from "../shared/words.js";

const EVERY_MS = 2000;
const NEW_PICTURE_EVERY_MS = 10_000;

/** @type {Record<import("../shared/stats.js").Trouble, string>} */
const TROUBLES = {
  hidden: "",
  often: gettext("You have too many pages open. Updates continue in a moment."),
  database: gettext("Database unreachable. Retrying."),
  redis: gettext("Camera status unknown. Retrying."),
  server: gettext("Server unreachable. Retrying."),
  // A notice of its own says so, with a button.
  signed_out: "",
  forbidden: gettext("Access denied."),
  gone: "",
};

const list = document.querySelector("[data-stats]");
if (list instanceof HTMLElement) {
  const news = find(document, "[data-part=news]", HTMLElement);
  const feed = new StatsFeed(
    list.dataset.stats ?? "",
    EVERY_MS,
    ({ cameras }) => {
      setText(news, "");
      for (const camera of cameras) show(camera);
      void follow(cameras);
    },
    (trouble) => {
      setText(news, TROUBLES[trouble]);
      if (trouble === "signed_out") saySignedOut();
      for (const row of rows()) showState(row, "unknown");
    },
  );
  feed.start();
  new VisibleInterval(renewPictures, NEW_PICTURE_EVERY_MS);
}

/** Which cameras there are, what they are called, and which of them are enabled. */
let known = "";

/**
 * Another camera, another name, one that was disabled or enabled: what else the page says of them
 * only the server knows.
 *
 * @param {import("../shared/stats.js").CameraStats[]} cameras
 */
async function follow(cameras) {
  const now = JSON.stringify(cameras.map(({ camera, name, enabled }) => [camera, name, enabled]));
  const before = known;
  known = now;
  if (!before || before === now) return;
  const response = await fetch(location.href).catch(() => null);
  if (!response?.ok || response.redirected) {
    // Offline, or signed out, which is found out soon in another way; else it is asked for again.
    if (known === now) known = before;
    return;
  }
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const rows = page.querySelectorAll("[data-stats] > *");
  if (!rows.length) return location.reload();
  list?.replaceChildren(...rows);
  for (const camera of cameras) show(camera);
}

function rows() {
  return /** @type {NodeListOf<HTMLElement>} */ (
    document.querySelectorAll(".camera:not([data-disabled])")
  );
}

/** @param {import("../shared/stats.js").CameraStats} camera */
function show(camera) {
  const row = document.querySelector(
    `.camera:not([data-disabled])[data-camera="${camera.camera}"]`,
  );
  if (!(row instanceof HTMLElement)) return;
  showState(row, cameraState(camera.state, camera.reason));
  const { sentence, title } = whyNot(camera);
  const why = find(row, "[data-part=why]", HTMLElement);
  setText(why, sentence);
  why.title = title;
  why.hidden = !sentence;
}

/**
 * @param {HTMLElement} row
 * @param {import("../../watch/connection/source.js").CameraState["state"]} state
 */
function showState(row, state) {
  const began = row.dataset.state !== "live" && state === "live";
  row.dataset.state = state;
  find(row, ".chip", HTMLElement).hidden = false;
  setText(find(row, "[data-part=state]", HTMLElement), stateWord(state));
  if (began) renewPicture(row);
}

function renewPictures() {
  for (const row of rows()) if (row.dataset.state === "live") renewPicture(row);
}

/** @param {HTMLElement} row */
function renewPicture(row) {
  const picture = find(row, "img", HTMLImageElement);
  picture.onload = () => (picture.hidden = false);
  picture.onerror = () => (picture.hidden = true);
  picture.src = `${row.dataset.picture}?at=${Date.now()}`;
}
