/** The wall: every camera that the visitor may watch, at once. */

import { find, pageData, setText } from "../../lib/dom.js";
import { StatsFeed } from "../shared/stats.js";
import { openFeed, openWatching } from "../shared/watching.js";
import { AlarmMenu } from "./alarm-menu.js";
import { Announcer } from "./announcer.js";
import { Arrangement } from "./arrangement.js";
import { Chime } from "./chime.js";
import { Dragging } from "./drag.js";
import { Folded } from "./folded.js";
import { Keys } from "./keys.js";
import { Kiosk } from "./kiosk.js";
import { Pager } from "./pager.js";
import { keepScreen } from "./screen-page.js";
import { WallSwitch } from "./switch.js";
import { ViewMenu } from "./view-menu.js";
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
 * @property {string} film
 * @property {string} settings
 * @property {ListedCamera[]} cameras
 * @property {import("./arrangement.js").Values} [arrangement]
 * @property {string | null} [save] where a changed arrangement goes
 * @property {string | null} [group] whose wall it is; else it is that of all cameras
 * @property {import("./screen-page.js").ScreenData} [screen] where it shows nothing else
 */

/** @type {Data} */
const data = pageData("wall-data");

const walls = document.querySelector("[data-action=walls]");
if (walls instanceof HTMLButtonElement) {
  new WallSwitch(walls, find(document, "#walls-menu", HTMLElement));
}
const source = data.cameras.length ? await openWall() : openNothing();
if (data.screen) keepScreen(data.screen, source);

function openNothing() {
  const feed = openFeed(data);
  feed.follow((now) => {
    if (now.length) location.reload();
  }, data.group);
  return feed;
}

async function openWall() {
  const opener = find(document, "[popovertarget=view-menu]", HTMLButtonElement);
  if (!data.screen) new Kiosk(find(document, "[data-action=kiosk]", HTMLAnchorElement), opener);
  const arrangement = new Arrangement(data.arrangement, data.save, location.pathname, (isSaved) =>
    menu.showSaved(isSaved),
  );
  const menu = new ViewMenu(find(document, "#view-menu form", HTMLFormElement), change);
  const live = find(document, "[data-part=announcements]", HTMLElement);
  const pager = new Pager(find(document, ".pager", HTMLElement), () => wall.arrange());
  const alarms = new AlarmMenu(
    find(document, "[popovertarget=alarm-menu]", HTMLButtonElement),
    find(document, "#alarm-menu", HTMLElement),
    { onChoose: (id) => wall.turnTo(id), onSeeAll: () => wall.seeAll() },
  );
  const folded = new Folded(find(document, ".folded", HTMLElement), () =>
    change({ fold_off: false }),
  );
  const silent = find(document, "[data-action=allow-sound]", HTMLButtonElement);
  const chime = new Chime(() => arrangement.values.sound, showSound);
  const watching = await openWatching(data);
  const root = find(document, ".wall", HTMLElement);
  const template = find(document, "#tile", HTMLTemplateElement);
  // What is not known is not told; it asks again.
  const states = new StatsFeed(
    data.stats ?? "",
    STATES_EVERY_MS,
    ({ cameras }) => wall.hear(cameras),
    () => {},
  );
  let isAsking = false;
  const wall = new Wall(root, {
    makeTile: tileMaker(root, template, watching, data),
    arrangement,
    pager,
    announcer: new Announcer((text) => setText(live, text)),
    onAlarms: (cameras) => alarms.show(cameras),
    onLost: () => chime.ring(),
    onFolded: (tiles) => {
      folded.show(tiles.map(({ camera, link }) => ({ name: camera.name, href: link.href })));
    },
    onHidden: (isAnyHidden) => {
      if (isAnyHidden && !isAsking && data.stats) states.start();
      isAsking ||= isAnyHidden;
    },
  });
  if (!data.screen) {
    new Keys(root, wall);
    new Dragging(root, (tile, target) => wall.move(tile, target));
  }
  menu.show(arrangement.values);
  showSound();
  wall.show(data.cameras);
  watching.source.follow((now) => {
    if (now.length) wall.show(now);
    // A wall without cameras is another page.
    else location.reload();
  }, data.group);
  return watching.source;

  /** @param {Partial<import("./arrangement.js").Values>} part */
  function change(part) {
    arrangement.change(part);
    menu.show(arrangement.values);
    showSound();
    wall.arrange();
  }

  function showSound() {
    silent.hidden = !arrangement.values.sound || chime.isAllowed;
  }
}
