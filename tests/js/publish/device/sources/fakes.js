/** Where pictures come from, in the hands of the test. */

export class FakeTrack {
  isStopped = false;
  readable = new ReadableStream();

  clone() {
    return new FakeTrack();
  }

  stop() {
    this.isStopped = true;
  }
}

/** A picture that notes its end. */
export class FakePicture {
  isClosed = false;

  close() {
    this.isClosed = true;
  }
}

/** A video element whose new pictures the test shows. */
export class FakePreview {
  /** @type {(() => Promise<void>) | null} */
  #callback = null;

  /** @param {() => Promise<void>} callback */
  requestVideoFrameCallback(callback) {
    this.#callback = callback;
  }

  async show() {
    const callback = this.#callback;
    this.#callback = null;
    await callback?.();
  }
}

/**
 * @param {import("../../../../../static/js/publish/device/features.js").Source} source
 * @param {object} [from] the track, or its preview
 * @returns {any} what is posted to the worker from now on; `leave` ends that
 */
export function begin(source, from = {}) {
  /** @type {any} */
  const posted = [];
  posted.leave = source.start({
    track: /** @type {any} */ (new FakeTrack()),
    preview: /** @type {any} */ (new FakePreview()),
    ...from,
    post: (message, transfer) => posted.push({ ...message, transfer }),
  });
  return posted;
}
