/** The order of the cameras on a wall: decisions on plain values. */

/**
 * With one of them in the place of another; those between make room.
 *
 * @param {string[]} ids
 * @param {string} id
 * @param {string} target
 */
export function moved(ids, id, target) {
  const place = ids.indexOf(target);
  const others = ids.filter((each) => each !== id);
  return [...others.slice(0, place), id, ...others.slice(place)];
}

/** What has held for so long moves a camera: nothing jumps while people look. */
export const HOLD_MS = 3000;

/** Which cameras count as live when live ones come first. */
export class LiveFirst {
  /** @type {Map<string, { isLive: boolean, changedAt: number | null }>} by id */
  #cameras = new Map();

  /**
   * @param {string} id
   * @param {boolean} isLive
   * @param {number} now ms
   */
  note(id, isLive, now) {
    const camera = this.#cameras.get(id);
    // What is heard of it first holds at once.
    if (!camera) this.#cameras.set(id, { isLive, changedAt: null });
    else if (camera.isLive === isLive) camera.changedAt = null;
    else camera.changedAt ??= now;
  }

  /**
   * @param {string} id
   * @returns {boolean} true as well where nothing is known
   */
  isLive(id) {
    return this.#cameras.get(id)?.isLive ?? true;
  }

  /** @param {string} id */
  forget(id) {
    this.#cameras.delete(id);
  }

  /**
   * @param {number} now ms
   * @returns {boolean} whether the order may be another one since the last time
   */
  settle(now) {
    let isChanged = false;
    for (const camera of this.#cameras.values()) {
      if (camera.changedAt === null || now - camera.changedAt < HOLD_MS) continue;
      camera.isLive = !camera.isLive;
      camera.changedAt = null;
      isChanged = true;
    }
    return isChanged;
  }
}
