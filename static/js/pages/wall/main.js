/** The wall: every camera that the visitor may watch, at once. */

import { find, pageData } from "../../lib/dom.js";
import { openFeed, openWatching } from "../shared/watching.js";
import { Kiosk } from "./kiosk.js";
import { keepScreen } from "./screen-page.js";
import { WallSwitch } from "./switch.js";
import { Wall } from "./wall.js";

/** @typedef {import("../../protocol/messages.js").CameraFacts} CameraFacts */

/**
 * @typedef {object} WallData
 * @property {string} socket
 * @property {string} api
 * @property {string} page of a camera, with a placeholder
 * @property {CameraFacts[]} cameras
 * @property {string | null} group whose wall it is
 * @property {import("./screen-page.js").ScreenData} [screen] of a screen that shows nothing else
 */

/** @type {WallData} */
const { cameras, page, group, screen, ...paths } = pageData("wall-data");

const walls = document.querySelector("[data-action=walls]");
if (walls instanceof HTMLButtonElement) {
  new WallSwitch(walls, find(document, "#walls-menu", HTMLElement));
}

const kiosk = document.querySelector("[data-action=kiosk]");
if (kiosk instanceof HTMLAnchorElement) new Kiosk(kiosk);
const source = cameras.length ? await showWall() : showNothing();
if (screen) keepScreen(screen, source);

async function showWall() {
  const watching = await openWatching(paths);
  const root = find(document, ".wall", HTMLElement);
  const wall = new Wall(root, find(document, "#tile", HTMLTemplateElement), page, watching);
  wall.show(cameras);
  watching.source.follow((now) => {
    if (now.length) wall.show(now);
    // A wall without cameras is another page.
    else location.reload();
  }, group);
  return watching.source;
}

function showNothing() {
  const feed = openFeed(paths);
  feed.follow((now) => {
    if (now.length) location.reload();
  }, group);
  return feed;
}
