/** How somebody wants a wall to be: kept by the server, or by the browser of who is not signed in. */

import { postJson } from "../../lib/post.js";
import { keep, kept } from "../../lib/storage.js";
import { LAYOUTS } from "./layout.js";

/**
 * @typedef {object} Values
 * @property {string[]} order ids of cameras, where they were put in order by hand
 * @property {boolean} live_first
 * @property {import("./layout.js").LayoutName} layout
 * @property {boolean} fold_off whether cameras that are off share one line
 * @property {boolean} follow whether the large one is the one that was lost last
 * @property {boolean} sound whether a lost camera is heard
 */

/** @type {Readonly<Values>} */
export const DEFAULTS = {
  order: [],
  live_first: false,
  layout: "auto",
  fold_off: false,
  follow: false,
  sound: false,
};

const KEY = "skysentry.wall";

export class Arrangement {
  #isSaving = false;
  #isUnsaved = false;
  #key;
  #url;
  /** Hears whether the newest change was saved. @type {(isSaved: boolean) => void} */
  onTrouble = () => {};

  /**
   * @param {Partial<Values> | undefined} given by the server; what the browser keeps comes first
   * @param {string | null | undefined} url that takes changes; without one the browser keeps them
   * @param {string} wall its path: each has its own
   */
  constructor(given, url, wall) {
    this.#url = url;
    this.#key = `${KEY} ${wall}`;
    this.values = valid(url ? given : { ...given, ...kept(this.#key) });
  }

  /** @param {Partial<Values>} part */
  change(part) {
    this.values = { ...this.values, ...part };
    if (this.#url) void this.#save(this.#url);
    else keep(this.#key, this.values);
  }

  /**
   * One after the other, so that the newest wins.
   *
   * @param {string} url
   */
  async #save(url) {
    this.#isUnsaved = true;
    if (this.#isSaving) return;
    this.#isSaving = true;
    while (this.#isUnsaved) {
      this.#isUnsaved = false;
      this.onTrouble(await isTaken(url, this.values));
    }
    this.#isSaving = false;
  }
}

/**
 * @param {string} url
 * @param {Values} values
 */
async function isTaken(url, values) {
  try {
    await postJson(url, values);
    return true;
  } catch {
    // Said in the menu: the wall is as it was chosen, until the page is closed.
    return false;
  }
}

/**
 * @param {any} given perhaps by another release
 * @returns {Values}
 */
function valid(given) {
  const values = { ...DEFAULTS };
  for (const name of /** @type {const} */ (["live_first", "fold_off", "follow", "sound"])) {
    if (typeof given?.[name] === "boolean") values[name] = given[name];
  }
  if (LAYOUTS.includes(given?.layout)) values.layout = given.layout;
  if (Array.isArray(given?.order)) values.order = given.order.map(String);
  return values;
}
