/** The capture page: this device becomes a camera. */

import { localTime } from "../clock.js";
import { find, pageData, socketUrl } from "../dom.js";
import { CameraError, ideal, isAllowed, listCameras, openCamera } from "./camera.js";
import { Controls } from "./controls.js";
import { Pipeline } from "./pipeline.js";
import { Publisher } from "./publisher.js";
import { View } from "./view.js";
import { WakeLock } from "./wake-lock.js";
import { busyNotice, cameraNotice, endNotice } from "./words.js";

/** @typedef {import("./camera.js").Problem} Problem */

/**
 * @typedef {object} PageData
 * @property {string} socket
 * @property {{ width: number, height: number, frame_rate: number, quality: number }} camera
 */

class CapturePage {
  #controls;
  /** @type {Pipeline | null} */
  #pipeline = null;
  #publisher;
  /** @type {MediaStreamTrack | null} */
  #track = null;
  #view;
  #wakeLock = new WakeLock();

  /**
   * @param {HTMLElement} root
   * @param {PageData} data
   */
  constructor(root, { socket, camera }) {
    this.#view = new View(root);
    this.#controls = new Controls(root, { ...camera, frameRate: camera.frame_rate }, {
      onSettings: () => this.#applySettings(),
      onCamera: () => void this.#openCamera(),
    });
    this.#publisher = new Publisher(socketUrl(socket), {
      onPhase: () => this.#phaseChanged(),
      onChannel: (channel) => this.#pipeline?.sendTo(channel),
      onSession: (session) => {
        if (this.#pipeline) this.#pipeline.session = session;
        root.dataset.session = String(session);
      },
      onOffset: (offset) => {
        if (this.#pipeline) this.#pipeline.offset = offset;
      },
      onMessage: (message) => this.#heard(message),
    });
    this.#listen();
    this.#applySettings();
    this.#showState();
  }

  /** Shows what the camera sees, or why it cannot, if that takes no question. */
  async open() {
    const isHopeless = !isSecureContext || !Pipeline.isSupported;
    if (isHopeless || (await isAllowed())) await this.#openCamera();
  }

  #listen() {
    this.#view.toggle.addEventListener("click", () => void this.#toggle());
    this.#view.switch.addEventListener("click", () => {
      this.#controls.chooseNextCamera();
      void this.#openCamera();
    });
    addEventListener("pagehide", () => this.#publisher.stop());
    document.addEventListener("visibilitychange", () => this.#showState());
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.#camerasChanged());
  }

  async #toggle() {
    if (this.#pipeline) this.#stop();
    else await this.#start();
  }

  async #start(takeOver = false) {
    this.#view.hideNotice();
    if (!this.#track && !(await this.#openCamera())) return;
    this.#pipeline = new Pipeline({
      onTick: () => this.#publisher.tick(localTime()),
      onReport: (report) => {
        this.#publisher.report(report);
        this.#view.showReport(report, this.#publisher.roundTrip);
      },
    });
    this.#wakeLock.hold();
    this.#applySettings();
    this.#capture();
    this.#publisher.start(takeOver);
  }

  #stop() {
    this.#publisher.stop();
    this.#closeCamera();
    this.#view.hideNotice();
    this.#showState();
  }

  /** @returns {Promise<boolean>} whether there is a picture now */
  async #openCamera() {
    this.#closeCamera();
    this.#view.hideNotice();
    this.#view.showState("opening");
    try {
      if (!Pipeline.isSupported) throw new CameraError("unsupported");
      const { deviceId } = this.#controls;
      const stream = await openCamera({ deviceId, ...this.#controls.settings });
      this.#use(stream);
      await this.#listCameras();
      return true;
    } catch (error) {
      if (!(error instanceof CameraError)) throw error;
      this.#fail(error.problem);
      return false;
    }
  }

  /** @param {MediaStream} stream */
  #use(stream) {
    this.#closeCamera();
    const [track] = stream.getVideoTracks();
    track.onmute = track.onunmute = () => this.#showState();
    track.onended = () => this.#fail("unplugged");
    this.#track = track;
    this.#view.preview.srcObject = stream;
    this.#capture();
    this.#showState();
  }

  #closeCamera() {
    this.#track?.stop();
    this.#track = null;
    this.#view.preview.srcObject = null;
  }

  #capture() {
    if (this.#track) this.#pipeline?.capture(this.#track, this.#view.preview);
  }

  async #listCameras() {
    this.#controls.showCameras(await listCameras(), this.#track?.getSettings().deviceId ?? "");
    this.#view.switch.hidden = this.#controls.cameraCount < 2;
  }

  /** A camera that was unplugged while filming comes back by itself. */
  async #camerasChanged() {
    if (this.#track) await this.#listCameras();
    else if (this.#pipeline) await this.#openCamera();
  }

  #applySettings() {
    const { settings } = this.#controls;
    this.#view.quality = settings.quality;
    if (this.#pipeline) this.#pipeline.settings = settings;
    // A camera that cannot do it stays as it is: the worker scales and paces its pictures anyway.
    this.#track?.applyConstraints(ideal(settings)).catch(() => {});
  }

  #phaseChanged() {
    const { phase, otherPublisher, end } = this.#publisher;
    if (phase === "busy") {
      this.#view.showNotice(busyNotice(otherPublisher), () => this.#publisher.takeOver());
    }
    if (phase === "ended") {
      this.#view.showNotice(endNotice(end), () => this.#afterEnd(end.reason));
    }
    if (phase === "ended" || phase === "off") this.#closePipeline();
    this.#showState();
  }

  /** @param {string} reason */
  #afterEnd(reason) {
    if (reason === "taken_over") void this.#start(true);
    else if (reason === "disconnected") void this.#start();
    else if (reason === "not_allowed") location.assign("/");
    else location.reload();
  }

  #closePipeline() {
    this.#pipeline?.close();
    this.#pipeline = null;
    this.#wakeLock.release();
    this.#view.clearFacts();
  }

  /** @param {any} message of the control channel */
  #heard(message) {
    if (message.type === "watching") this.#view.showWatching(message.count, message.names);
    else if (message.type === "received") this.#view.showDropped(message.dropped);
    else if (message.type === "refused") {
      console.warn(`The server refused ${message.count} frames: ${message.reason}`);
    }
  }

  /** @param {Problem} problem */
  #fail(problem) {
    this.#closeCamera();
    this.#view.showNotice(cameraNotice(problem), () => this.#remedy(problem));
    this.#showState();
  }

  /** @param {Problem} problem */
  #remedy(problem) {
    if (problem === "insecure") location.protocol = "https:";
    else if (problem === "unsupported") location.assign("/");
    else void this.#openCamera();
  }

  /** @returns {import("./publisher.js").Pause | null} */
  get #pause() {
    if (!this.#track) return "unplugged";
    if (this.#track.muted) return "interrupted";
    return document.hidden && !Pipeline.worksHidden ? "hidden" : null;
  }

  #showState() {
    this.#publisher.pause = this.#pause;
    this.#view.showState(this.#state);
  }

  /** @returns {import("./words.js").CaptureState} */
  get #state() {
    const { phase } = this.#publisher;
    if (phase === "off") return this.#track ? "ready" : "off";
    if (phase === "ended") return "failed";
    if (phase === "live" && this.#pause) return "paused";
    return phase;
  }
}

const root = find(document, ".capture", HTMLElement);
void new CapturePage(root, pageData("capture-data")).open();
