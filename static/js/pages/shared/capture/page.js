/** This device as a camera. */

import { localTime } from "../../../lib/clock.js";
import { homeUrl, socketUrl } from "../../../lib/dom.js";
import { WakeLock } from "../../../lib/wake-lock.js";
import { PublishConnection } from "../../../publish/connection/connection.js";
import { Phase } from "../../../publish/connection/states.js";
import { cameraPermission, listCameras } from "../../../publish/device/camera.js";
import { otherChoice } from "../../../publish/device/choice.js";
import { Device } from "../../../publish/device/device.js";
import { Pipeline } from "../../../publish/encoding/pipeline.js";
import { Check } from "./check.js";
import { Leaving } from "./leaving.js";
import { LookSettings } from "./look.js";
import { Memory } from "./memory.js";
import {
  blindNotice,
  busyNotice,
  cameraNotice,
  endNotice,
  notLoadedNotice,
  waitNotice,
} from "./notices.js";
import { View } from "./view.js";
import { resumedWords } from "./words.js";

/**
 * @typedef {object} PageData
 * @property {string} socket
 * @property {import("../../../protocol/messages.js").CameraFacts} camera
 * @property {string} [secure] address of the page with TLS, if it has one
 * @property {string} [key] of a device without an account
 */

/** @typedef {"nothing" | "stopped" | "interrupted"} Before */

/** Reports when a phone changes its network, where the browser has it. */
const networkInformation = /** @type {{ connection?: EventTarget }} */ (navigator).connection;

export class CapturePage {
  /**
   * What happened before the camera was off.
   *
   * @type {Before}
   */
  #before = "nothing";
  /** @type {MediaDeviceInfo[]} */
  #cameras = [];
  #check;
  #device;
  /** Whether it is about to be live though nobody has pressed the button. */
  #isResuming = false;
  /** Where to go when this page may not film. */
  #home;
  #leaving;
  #look;
  #memory;
  /** @type {Pipeline | null} */
  #pipeline = null;
  #connection;
  #secure;
  #view;
  #wakeLock = new WakeLock(() => this.#showState());

  /**
   * @param {HTMLElement} root
   * @param {PageData} data
   */
  constructor(root, { socket, camera, secure = "", key }) {
    this.#secure = secure;
    this.#home = key ? location.pathname : homeUrl();
    this.#view = new View(root);
    this.#view.name = camera.name;
    this.#memory = new Memory(camera.id);
    this.#leaving = new Leaving(root, () => this.#stop());
    this.#look = new LookSettings(root, camera, this.#memory, {
      onLook: () => void this.#applyLook(),
      onCamera: (choice) => this.#choose(choice),
    });
    this.#device = new Device({
      size: () => this.#look.wanted,
      onChange: () => void this.#deviceChanged(),
    });
    this.#check = new Check(root, {
      preview: this.#view.preview,
      wantedFramesPerSecond: () => this.#look.framesPerSecond(this.#device.track),
      isLive: () => this.#state === "live",
      roundTrip: () => this.#connection.roundTrip,
    });
    this.#connection = new PublishConnection(socketUrl(socket), this.#connectionHandlers, key);
    this.#listen();
    void this.#applyLook();
    this.#showState();
  }

  /**
   * Shows what the camera sees, or why it can't, if the browser need not ask. A page that was live a moment
   * ago is live again: it was reloaded, or its tab crashed.
   */
  async open() {
    const permission = isSecureContext ? await cameraPermission() : null;
    const isGranted = permission?.state === "granted";
    // The visitor may have been faster.
    if (this.#device.isOpening || this.#device.track) return;
    const wasLive = this.#memory.wasLive(Date.now());
    if (wasLive && isGranted) await this.#resume();
    else if (isGranted || !isSecureContext) await this.#device.open(this.#memory.choice);
    if (wasLive && !this.#pipeline) this.#setBefore("interrupted");
  }

  /** @type {import("../../../publish/connection/connection.js").Handlers} */
  #connectionHandlers = {
    onPhase: () => this.#phaseChanged(),
    onCamera: ({ frame_rate: mostFrames, name }) => {
      this.#view.name = name;
      if (this.#look.limitFrameRate(mostFrames)) void this.#applyLook();
    },
    onTransport: (transport) => {
      this.#view.transport = transport;
      this.#showState();
    },
    onChannel: (channel) => this.#pipeline?.useChannel(channel),
    onSocketChannel: (channel) => this.#pipeline?.usePageChannel(channel),
    onSession: (session) => {
      if (this.#pipeline) this.#pipeline.session = session;
      this.#view.session = session;
    },
    onOffset: (offset) => {
      if (this.#pipeline) this.#pipeline.offset = offset;
    },
    onMessage: (message) => this.#receive(message),
  };

  /** @type {import("../../../publish/encoding/pipeline.js").Handlers} */
  #pipelineHandlers = {
    onTick: () => this.#connection.tick(localTime()),
    onReport: (report) => this.#reported(report),
    onEncoders: (codecs) => {
      this.#connection.encoders = codecs;
    },
    onBlind: () => this.#giveUp(blindNotice()),
    onNotLoaded: () => this.#giveUp(notLoadedNotice()),
  };

  async #resume() {
    this.#isResuming = true;
    await this.#start();
  }

  /** @param {Before} before */
  #setBefore(before) {
    this.#before = before;
    this.#showState();
  }

  #listen() {
    this.#view.toggle.addEventListener("click", () => void this.#toggle());
    this.#view.switch.addEventListener("click", () => {
      this.#choose(otherChoice(this.#device.track?.getSettings() ?? {}, this.#cameras));
    });
    const networkChanged = () => this.#connection.networkChanged();
    addEventListener("online", networkChanged);
    networkInformation?.addEventListener("change", networkChanged);
    // Nobody has said so: when the page comes back, it goes on.
    addEventListener("pagehide", () => this.#connection.stop());
    addEventListener("pageshow", ({ persisted }) => {
      if (persisted && this.#memory.wasLive(Date.now())) void this.#resume();
    });
    document.addEventListener("visibilitychange", () => this.#showState());
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.#listCameras());
  }

  async #toggle() {
    if (this.#pipeline) this.#stop();
    else await this.#start();
  }

  async #start(takesOver = false) {
    this.#view.hideNotice();
    if (!this.#device.track && !(await this.#device.open(this.#memory.choice))) return;
    this.#pipeline = new Pipeline(this.#pipelineHandlers);
    this.#wakeLock.hold();
    void this.#applyLook();
    this.#capture();
    this.#connection.start(takesOver);
  }

  /** @param {import("../../../publish/worker-messages.js").Report} report */
  #reported(report) {
    this.#connection.report(report);
    this.#device.note(report.pictures, this.#pipeline?.worksHidden ?? true, localTime());
    this.#view.showReport(report, this.#connection.roundTrip);
    this.#check.report = report;
    if (this.#connection.phase === Phase.LIVE) this.#memory.noteLive(Date.now());
  }

  /** @param {import("./notices.js").Notice} notice */
  #giveUp(notice) {
    this.#connection.stop();
    this.#view.showNotice(notice, () => void this.#start());
  }

  #stop() {
    this.#before = "stopped";
    this.#isResuming = false;
    this.#memory.forgetLive();
    this.#connection.stop();
    this.#device.close();
    this.#view.hideNotice();
  }

  /** @param {import("../../../publish/device/choice.js").Choice} choice */
  #choose(choice) {
    this.#memory.choice = choice;
    void this.#device.open(choice);
  }

  async #deviceChanged() {
    const { problem, stream, track } = this.#device;
    if (this.#view.preview.srcObject !== stream) {
      this.#view.hideNotice();
      this.#view.preview.srcObject = stream;
      this.#look.track = track;
    }
    this.#capture();
    if (problem)
      this.#view.showNotice(cameraNotice(problem, this.#secure), () => this.#remedy(problem));
    this.#showState();
    if (track) await this.#listCameras();
  }

  #capture() {
    const { track } = this.#device;
    // Some browsers make black pictures from a muted track.
    if (track && !track.muted) this.#pipeline?.capture(track, this.#view.preview);
    else this.#pipeline?.stopCapture();
  }

  async #listCameras() {
    this.#cameras = await listCameras();
    this.#look.showCameras(this.#cameras, this.#device.track?.getSettings().deviceId ?? "");
    this.#view.switch.hidden = this.#cameras.length < 2;
  }

  async #applyLook() {
    if (this.#pipeline) this.#pipeline.settings = this.#look.wanted;
    await this.#look.apply(this.#device.track);
  }

  #phaseChanged() {
    const { phase } = this.#connection;
    // Whoever may not film is not filmed either.
    if (this.#isOver) this.#device.close();
    this.#showNotice();
    if (phase === Phase.LIVE) this.#live();
    if (phase === Phase.ENDED) this.#memory.forgetLive();
    if (phase === Phase.ENDED || phase === Phase.OFF) this.#closePipeline();
    this.#showState();
  }

  #showNotice() {
    const { phase, otherPublisher, end } = this.#connection;
    if (phase === Phase.BUSY) {
      this.#view.showNotice(busyNotice(otherPublisher), () => this.#connection.takeOver());
    }
    if (phase === Phase.WAITING) {
      this.#view.showNotice(waitNotice(end), () => this.#connection.retryNow());
    }
    if (phase === Phase.ENDED) {
      this.#view.showNotice(endNotice(end), () => this.#afterEnd(end));
    }
    // Then it no longer waits because it was told to.
    const isRetrying = phase === Phase.RECONNECTING && !this.#device.problem;
    if (phase === Phase.LIVE || isRetrying) this.#view.hideNotice();
  }

  #live() {
    this.#memory.noteLive(Date.now());
    if (this.#isResuming) this.#view.showResumed(resumedWords());
    this.#isResuming = false;
  }

  get #isOver() {
    const { phase, end } = this.#connection;
    return phase === Phase.ENDED && end.reason === "not_allowed";
  }

  /** @param {{ reason: string, why: string }} end */
  #afterEnd({ reason, why }) {
    if (reason === "taken_over") void this.#start(true);
    else if (reason === "disconnected") void this.#start();
    // Whoever has to sign in comes back here.
    else if (why === "signed_out" || why === "expired") location.reload();
    else if (reason === "not_allowed") location.assign(this.#home);
    else location.reload();
  }

  #closePipeline() {
    this.#pipeline?.close();
    this.#pipeline = null;
    this.#wakeLock.release();
    this.#view.clearFacts();
  }

  /** @param {import("../../../protocol/parts.js").CameraMessage} message */
  #receive(message) {
    switch (message.type) {
      case "watching":
        this.#view.showWatching(message.count, message.names);
        break;
      case "wanted":
        if (this.#pipeline) this.#pipeline.wanted = message;
        break;
      case "renamed":
        this.#view.name = message.name;
        break;
      case "key_frame":
        this.#pipeline?.askKeyFrame();
        break;
      case "received":
        this.#pipeline?.received({
          ...message,
          delayMs: message.delay_ms,
          uplinkMs: message.uplink_ms,
        });
        this.#view.showDropped(message.dropped);
        break;
      case "refused":
        this.#view.showRefused(message.count);
    }
  }

  /** @param {import("../../../publish/device/camera.js").Problem} problem */
  #remedy(problem) {
    if (problem === "insecure") location.assign(this.#secure || homeUrl());
    else if (problem === "unsupported") location.assign(homeUrl());
    else void this.#device.open();
  }

  get #pause() {
    return this.#device.pause(this.#pipeline?.worksHidden ?? true);
  }

  #showState() {
    const pause = this.#pause;
    if (pause !== this.#connection.pause) {
      this.#connection.pause = pause;
      // A phone may stop the page right after it has hidden it.
      this.#connection.tick(localTime());
    }
    this.#leaving.isFilming = this.#pipeline !== null;
    this.#view.showState({
      state: this.#state,
      pause,
      trouble: this.#connection.trouble,
      before: this.#before,
      awake: this.#wakeLock.state,
    });
  }

  /** @returns {import("./words.js").CaptureState} */
  get #state() {
    const { phase } = this.#connection;
    if (this.#isOver) return "over";
    if (this.#device.isOpening) return "opening";
    if (phase === Phase.OFF) return this.#device.track ? "ready" : "off";
    if (phase === Phase.ENDED) return "failed";
    if (phase === Phase.LIVE && this.#pause) return "paused";
    return phase;
  }
}
