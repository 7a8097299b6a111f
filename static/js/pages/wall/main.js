/** The wall: every camera that the visitor may watch, at once. */

import { find, pageData, setText } from "../../lib/dom.js";
import { StatsFeed } from "../shared/stats.js";
import { openFeed, openWatching } from "../shared/watching.js";
import { Announcer } from "./announcer.js";
import { Arrangement } from "./arrangement.js";
import { Chrome } from "./chrome.js";
import { Dragging } from "./drag.js";
import { Keys } from "./keys.js";
import { Kiosk } from "./kiosk.js";
import { Pager } from "./pager.js";
import { keepScreen } from "./screen-page.js";
import { renameWall } from "./name.js";
import { WallSwitch } from "./switch.js";
import { tileMaker } from "./wall-tile.js";
import { Wall } from "./wall.js";

/** How often the states of cameras are asked for whose pictures are not shown. */
const STATES_EVERY_MS = 5000;

/** @typedef {import("../../protocol/messages.js").ListedCamera} ListedCamera */

/**
 * @typedef {object} Data
 * @property {string} socket
 * @property {string} api
 * @property {string} [stats] asked for the states of cameras on another page of the wall
 * @property {string} page address of a camera's page, with a placeholder, as the next two
 * @property {string} [film]
 * @property {string} [settings]
 * @property {ListedCamera[]} cameras
 * @property {import("./arrangement.js").Values} [arrangement]
 * @property {string | null} [save] where a changed arrangement goes
 * @property {string | null} [group] whose wall it is; else it is that of all cameras
 * @property {import("./screen-page.js").ScreenData} [screen] where it shows nothing else
 */

/** @type {Data} */
const data = pageData("wall-data");

const kiosk = document.querySelector("[data-action=kiosk]");
if (kiosk instanceof HTMLAnchorElement) {
  new Kiosk(kiosk, find(document, "[popovertarget=view-menu]", HTMLButtonElement));
}
const walls = document.querySelector("[data-action=walls]");
if (walls instanceof HTMLButtonElement) {
  new WallSwitch(walls, find(document, "#walls-menu", HTMLElement));
}
const source = data.cameras.length ? await showWall() : showNothing();
if (data.screen) keepScreen(data.screen, source);

async function showWall() {
  const watching = await openWatching(data);
  const arrangement = new Arrangement(data.arrangement, data.save, location.pathname);
  const chrome = document.querySelector("#view-menu")
    ? new Chrome(arrangement, {
        arrange: () => wall.arrange(),
        turnTo: (id) => wall.turnTo(id),
        seeAll: () => wall.seeAll(),
        seeAllBut: (unseen) => wall.seeAllBut(unseen),
      })
    : null;
  const announcer = new Announcer(say);
  const root = find(document, ".wall", HTMLElement);
  const template = find(document, "#tile", HTMLTemplateElement);
  const wall = new Wall(root, {
    makeTile: tileMaker(root, template, watching, data, (text) => announcer.answer(text)),
    arrangement,
    pager: new Pager(document.querySelector(".pager"), () => wall.arrange()),
    announcer,
    onLost: (id) => chrome?.lose(id),
    onSeen: (id) => chrome?.see(id),
    onAlarms: (cameras) => chrome?.showAlarms(cameras),
    onFolded: (tiles) => chrome?.showFolded(tiles),
    onHidden: onceTrue(() => askStates(wall)),
  });
  if (chrome) {
    new Keys(root, wall);
    new Dragging(root, (tile, target) => wall.move(tile, target));
  }
  // Whoever opens a wall sees what is lost already.
  chrome?.seeAtFirst(data.cameras.map(({ id }) => id));
  wall.show(data.cameras);
  watching.source.follow((now, group) => {
    if (group) chrome?.rename(group);
    if (now.length) wall.show(now);
    // A wall without cameras is another page.
    else location.reload();
  }, data.group);
  return watching.source;
}

function showNothing() {
  const feed = openFeed(data);
  feed.follow((now, group) => {
    if (now.length) location.reload();
    else if (group) renameWall(group);
  }, data.group);
  return feed;
}

/** @param {string} text for screen readers */
function say(text) {
  const region = document.querySelector("[data-part=announcements]");
  if (region) setText(region, text);
}

/** @param {Wall} wall */
function askStates(wall) {
  // A screen with a link of its own asks for pictures only.
  if (!data.stats) return;
  const heard = (/** @type {import("../shared/stats.js").SystemStats} */ { cameras }) =>
    wall.hear(cameras);
  // What is not known is not told; it asks again.
  new StatsFeed(data.stats, STATES_EVERY_MS, heard, () => {}).start();
}

/** @param {() => void} act to be done the first time that it is called with true */
function onceTrue(act) {
  let isDone = false;
  return (/** @type {boolean} */ isDue) => {
    if (isDone || !isDue) return;
    isDone = true;
    act();
  };
}
