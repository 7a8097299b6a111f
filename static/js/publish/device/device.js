/** The device's camera while it is wanted: whether it gives pictures, why not, and its way back. */

import { CameraError, cameraPermission, openCamera } from "./camera.js";
import { Silence } from "./silence.js";

/** Systems announce a camera that is plugged in, but not one that another program releases. */
const RETRY_INTERVAL_MS = 2000;

/** @typedef {import("./camera.js").Problem} Problem */
/** @typedef {import("../../protocol/parts.js").Pause} Pause */
/** @typedef {import("./choice.js").Choice} Choice */

/** @type {Partial<Record<Problem, Pause>>} */
const PAUSES = { denied: "denied", busy: "interrupted" };

export class Device {
  #attempt = 0;
  /** @type {Choice} */
  #choice = { facingMode: "environment" };
  #handlers;
  #isExact = false;
  /** @type {PermissionStatus | null} */
  #permission = null;
  #retryTimer = 0;
  #silence = new Silence();
  #wasGranted = false;

  isOpening = false;
  /**
   * Why there is no picture, though one is wanted.
   *
   * @type {Problem | null}
   */
  problem = null;
  /** @type {MediaStream | null} */
  stream = null;

  /**
   * @param {object} handlers
   * @param {() => import("./camera.js").Size} handlers.size what to ask of the camera
   * @param {() => void} handlers.onChange whenever a picture comes, goes or may come
   */
  constructor(handlers) {
    this.#handlers = handlers;
    void this.#watchPermission();
    const comeBack = () => void this.#comeBack();
    navigator.mediaDevices?.addEventListener("devicechange", comeBack);
    document.addEventListener("visibilitychange", comeBack);
  }

  get track() {
    return this.stream?.getVideoTracks()[0] ?? null;
  }

  /**
   * Why no picture comes, as the protocol calls it.
   *
   * @param {boolean} worksHidden whether pictures are taken also while the page is hidden
   * @returns {Pause | null}
   */
  pause(worksHidden) {
    if (this.problem) return PAUSES[this.problem] ?? "unplugged";
    const isMuted = this.track?.muted ?? false;
    if (document.hidden && (isMuted || !worksHidden)) return "hidden";
    if (isMuted) return "interrupted";
    return this.#silence.isSilent ? "no_picture" : null;
  }

  /**
   * Once a second while it films.
   *
   * @param {number} pictures that came since the last time
   * @param {boolean} worksHidden as for `pause`
   * @param {number} now ms
   */
  note(pictures, worksHidden, now) {
    const before = this.pause(worksHidden);
    const isExpected = this.track !== null && (before === null || before === "no_picture");
    if (this.#silence.note(pictures, isExpected, now)) void this.open();
    else if (this.pause(worksHidden) !== before) this.#handlers.onChange();
  }

  /**
   * Opens a camera, by default the last one once more.
   *
   * @param {Choice} [choice]
   * @returns {Promise<boolean>} whether there is a picture now; `problem` says why not
   */
  async open(choice) {
    if (choice) {
      this.#choose(choice, false);
      this.#silence.reset();
    }
    this.#stopStream();
    this.#change({ isOpening: true });
    await this.#try();
    return this.stream !== null;
  }

  close() {
    this.#attempt += 1;
    this.#silence.reset();
    this.#stopStream();
    this.#change({});
  }

  /**
   * @param {Choice} choice
   * @param {boolean} isExact whether no other camera may stand in for it
   */
  #choose(choice, isExact) {
    this.#choice = choice;
    this.#isExact = isExact;
  }

  async #try() {
    this.#attempt += 1;
    const attempt = this.#attempt;
    const isStale = () => attempt !== this.#attempt;
    try {
      const stream = await openCamera(this.#choice, this.#isExact, this.#handlers.size());
      if (isStale()) stop(stream);
      else this.#use(stream);
    } catch (error) {
      if (!(error instanceof CameraError)) throw error;
      if (!isStale()) this.#fail(error.problem);
    }
  }

  /** Opens the camera again that is wanted and missing, if the visitor need not be asked. */
  async #comeBack() {
    const mayAsk = this.problem !== "denied" && this.#isExact;
    if (this.problem && (mayAsk || this.#permission?.state === "granted")) await this.#try();
  }

  /** @param {MediaStream} stream */
  #use(stream) {
    this.#stopStream();
    const [track] = stream.getVideoTracks();
    track.onmute = track.onunmute = () => this.#handlers.onChange();
    track.onended = () => this.#lost();
    // From now on no other camera may stand in for it.
    const { deviceId } = track.getSettings();
    if (deviceId) this.#choose({ deviceId }, true);
    this.#change({ stream });
  }

  #lost() {
    this.#fail(this.#isWithdrawn ? "denied" : "unplugged");
  }

  get #isWithdrawn() {
    return this.#wasGranted && this.#permission?.state !== "granted";
  }

  /** @param {Problem} problem */
  #fail(problem) {
    this.#stopStream();
    this.#retryTimer = setTimeout(() => void this.#comeBack(), RETRY_INTERVAL_MS);
    this.#change({ problem });
  }

  #stopStream() {
    clearTimeout(this.#retryTimer);
    if (this.track) this.track.onmute = this.track.onunmute = this.track.onended = null;
    if (this.stream) stop(this.stream);
  }

  /** @param {{ isOpening?: boolean, problem?: Problem, stream?: MediaStream }} now */
  #change({ isOpening = false, problem, stream }) {
    this.isOpening = isOpening;
    this.problem = problem ?? null;
    this.stream = stream ?? null;
    this.#handlers.onChange();
  }

  async #watchPermission() {
    this.#permission = await cameraPermission();
    if (!this.#permission) return;
    this.#permission.onchange = () => this.#permissionChanged();
    this.#permissionChanged();
  }

  #permissionChanged() {
    if (this.#permission?.state === "granted") {
      this.#wasGranted = true;
      void this.#comeBack();
    } else if (this.problem === "unplugged" && this.#isWithdrawn) {
      // The track ended first.
      this.#fail("denied");
    }
  }
}

/** @param {MediaStream} stream */
function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}
