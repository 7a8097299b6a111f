/** What is around a wall: where people choose how it is, and what it tells. A screen has none. */

import { find } from "../../lib/dom.js";
import { noteLookedAt, noteSeen, noteUnseen, onSeenElsewhere } from "../shared/unseen.js";
import { AlarmMenu } from "./alarm-menu.js";
import { Chime } from "./chime.js";
import { Folded } from "./folded.js";
import { renameWall } from "./name.js";
import { ViewMenu } from "./view-menu.js";

/** @typedef {import("../../protocol/messages.js").ListedCamera} Camera */

/**
 * What people do to the wall there.
 *
 * @typedef {object} Actions
 * @property {() => void} arrange
 * @property {(id: string) => void} turnTo
 * @property {() => void} seeAll
 * @property {(unseen: string[]) => void} seeAllBut of those that were lost
 */

export class Chrome {
  #actions;
  #alarms;
  #arrangement;
  #chime;
  #folded;
  #menu;
  #silent = find(document, "[data-action=allow-sound]", HTMLButtonElement);

  /**
   * @param {import("./arrangement.js").Arrangement} arrangement
   * @param {Actions} actions
   */
  constructor(arrangement, actions) {
    this.#actions = actions;
    this.#arrangement = arrangement;
    this.#menu = new ViewMenu(find(document, "#view-menu form", HTMLFormElement), (part) =>
      this.#change(part),
    );
    this.#alarms = new AlarmMenu(
      find(document, "[popovertarget=alarm-menu]", HTMLButtonElement),
      find(document, "#alarm-menu", HTMLElement),
      { onChoose: actions.turnTo, onSeeAll: actions.seeAll },
    );
    this.#folded = new Folded(find(document, ".folded", HTMLElement), () =>
      this.#change({ fold_off: false }),
    );
    this.#chime = new Chime(
      () => arrangement.values.sound,
      () => this.#showSound(),
    );
    onSeenElsewhere(actions.seeAllBut);
    arrangement.onTrouble = (isSaved) => this.#menu.showSaved(isSaved);
    this.#menu.show(arrangement.values);
    this.#showSound();
  }

  /** @param {string} id of a camera that was lost just now */
  lose(id) {
    noteUnseen(id);
    this.#chime.ring();
  }

  /** @param {string} id of a camera that somebody looks at, or that is gone */
  see(id) {
    noteLookedAt(id);
  }

  /** @param {string[]} ids of cameras on a wall that was just opened */
  seeAtFirst(ids) {
    noteSeen(ids);
  }

  /** @param {Camera[]} cameras that were lost, and nobody has seen it */
  showAlarms(cameras) {
    this.#alarms.show(cameras);
  }

  /** @param {import("./wall-tile.js").WallTile[]} tiles that share a line */
  showFolded(tiles) {
    this.#folded.show(tiles.map(({ camera, link }) => ({ name: camera.name, href: link.href })));
    // What was moved by hand can be sorted again.
    this.#menu.show(this.#arrangement.values);
  }

  /** @param {string} name of the group whose wall it is */
  rename(name) {
    this.#alarms.rename(renameWall(name));
  }

  /** @param {Partial<import("./arrangement.js").Values>} part */
  #change(part) {
    this.#arrangement.change(part);
    this.#showSound();
    this.#actions.arrange();
  }

  #showSound() {
    this.#silent.hidden = !this.#arrangement.values.sound || this.#chime.isAllowed;
  }
}
