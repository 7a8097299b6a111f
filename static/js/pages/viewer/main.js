/** The viewer: one camera as large as the window allows, with all its facts. */

import { find, pageData, setText } from "../../lib/dom.js";
import {
  NONE,
  bitRate,
  dataPerHour,
  framesPerSecond,
  milliseconds,
  percent,
  resolution,
} from "../../lib/format.js";
import { Sparkline } from "../../lib/sparkline.js";
import { VisibleInterval } from "../../lib/visible-interval.js";
import { Tile } from "../shared/tile.js";
import { noteLookedAt, noteSeen } from "../shared/unseen.js";
import { inWallOrder } from "../shared/wall-order.js";
import { openWatching } from "../shared/watching.js";
import { Beside } from "./beside.js";
import { offerNotification } from "./notification.js";
import { showGone, showOffers } from "./offers.js";
import { offerRenditions } from "./rendition.js";
import { Sheet } from "./sheet.js";
import { StageBar } from "./stage-bar.js";
import { Tools } from "./tools.js";

const REFRESH_MS = 500;

/** @type {{ socket: string, api: string, camera: import("../../protocol/messages.js").CameraFacts }} */
const { camera, ...paths } = pageData("viewer-data");
const watching = await openWatching(paths);
const frame = find(document, ".tile", HTMLElement);
const picture = enclosed(find(frame, "canvas", HTMLCanvasElement));
const tile = new Tile(frame, camera, watching);
const { player } = tile;
const beside = new Beside(frame, camera.id, addressOf);
new Tools(tile, frame, picture, (which) => beside.visit(which));
new Sheet(frame, find(document, ".strip", HTMLElement));
const stages = new StageBar(find(document, ".stages", HTMLDetailsElement), () =>
  player.askStages(),
);
const sparklines = {
  latency: sparkline("latency"),
  framesPerSecond: sparkline("fps"),
  bitsPerSecond: sparkline("bit-rate"),
};
offerRenditions(find(document, "#rendition", HTMLSelectElement), player, watching.codecs);
const notification = document.querySelector("[data-notification]");
if (notification instanceof HTMLElement) offerNotification(notification);
for (const type of ["pointermove", "pointerdown", "keydown", "focus"]) {
  addEventListener(type, () => noteLookedAt(camera.id));
}
noteSeen([camera.id]);
tile.start();
watching.source.follow((cameras) => {
  beside.show(inWallOrder(cameras));
  const now = cameras.find(({ id }) => id === camera.id);
  if (now) follow(now);
  // Deleted and made anew: another camera, at the same address.
  else if (cameras.some(({ slug }) => slug === player.camera.slug)) location.reload();
  else void showGone(document, `${paths.api}${camera.id}/`, () => location.reload());
});
new VisibleInterval(refresh, REFRESH_MS);

/** @param {import("../../protocol/messages.js").ListedCamera} now */
function follow(now) {
  rename(now);
  showOffers(document, now);
}

/** @param {import("../../watch/player.js").Camera} now as it is called now */
function rename(now) {
  const { name, slug } = player.camera;
  if (now.name === name && now.slug === slug) return;
  tile.rename(now);
  document.title = `${now.name} · SkySentry`;
  setText(find(document, "h1", HTMLElement), now.name);
  history.replaceState(null, "", `${addressOf(now)}${location.hash}`);
}

/**
 * The same page, of another camera or by another name.
 *
 * @param {{ slug: string }} camera
 */
function addressOf({ slug }) {
  return `${location.pathname.replace(/[^/]+\/$/, `${slug}/`)}${location.search}`;
}

/**
 * What is moved when the picture is zoomed.
 *
 * @param {HTMLCanvasElement} canvas
 */
function enclosed(canvas) {
  const picture = document.createElement("div");
  picture.className = "picture";
  canvas.replaceWith(picture);
  picture.append(canvas);
  return picture;
}

function refresh() {
  const { facts } = player;
  const live = facts.state === "live";
  showNumbers(live ? facts : null);
  sparklines.latency.add(live ? facts.latency : null);
  sparklines.framesPerSecond.add(live ? facts.framesPerSecond : null);
  sparklines.bitsPerSecond.add(live ? facts.bitsPerSecond : null);
  stages.show(live ? facts.stages : null);
  show("kind", live && facts.kind ? facts.kind : "");
  show("resolution", resolution(facts.width, facts.height));
  show("round-trip", milliseconds(watching.source.roundTrip));
  show("watching", facts.watching ? String(facts.watching) : NONE);
}

/** @param {import("../../watch/player.js").Facts | null} facts */
function showNumbers(facts) {
  show("latency", milliseconds(facts?.latency ?? null));
  show("latency-high", facts ? `${percent(0.95)} ≤ ${milliseconds(facts.latencyHigh)}` : "");
  show("fps", framesPerSecond(facts?.framesPerSecond ?? null));
  show("bit-rate", bitRate(facts?.bitsPerSecond ?? null));
  show("cost", facts?.bitsPerSecond ? dataPerHour(facts.bitsPerSecond) : "");
}

/**
 * @param {string} fact
 * @param {string} text
 */
function show(fact, text) {
  setText(find(document, `[data-fact="${fact}"]`, HTMLElement), text);
}

/** @param {string} fact */
function sparkline(fact) {
  return new Sparkline(find(document, `[data-sparkline="${fact}"]`, SVGSVGElement));
}
