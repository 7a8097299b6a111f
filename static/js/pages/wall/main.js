/** The wall: every camera that the visitor may watch, at once. */

import { find, pageData } from "../../lib/dom.js";
import { openFeed, openWatching } from "../shared/watching.js";
import { Kiosk } from "./kiosk.js";
import { WallSwitch } from "./switch.js";
import { Wall } from "./wall.js";

/** @typedef {import("../../protocol/messages.js").CameraFacts} CameraFacts */

/** @type {{ socket: string, api: string, page: string, cameras: CameraFacts[], group: string | null }} */
const { cameras, page, group, ...paths } = pageData("wall-data");

const walls = document.querySelector("[data-action=walls]");
if (walls instanceof HTMLButtonElement) {
  new WallSwitch(walls, find(document, "#walls-menu", HTMLElement));
}

if (cameras.length) {
  new Kiosk(find(document, "[data-action=kiosk]", HTMLAnchorElement));
  const watching = await openWatching(paths);
  const root = find(document, ".wall", HTMLElement);
  const wall = new Wall(root, find(document, "#tile", HTMLTemplateElement), page, watching);
  wall.show(cameras);
  watching.source.follow((now) => {
    if (now.length) wall.show(now);
    // A wall without cameras is another page.
    else location.reload();
  }, group);
} else {
  openFeed(paths).follow((now) => {
    if (now.length) location.reload();
  }, group);
}
