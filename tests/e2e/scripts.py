"""Scripts that run before a page's own, and take something from browser or device."""

from __future__ import annotations

#: A device that lives, and whose pictures stop when the test says so.
STALL = """
  delete self.MediaStreamTrackProcessor;
  self.isStalled = false;
  self.opened = 0;
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = (wish) => {
    self.opened += 1;
    return open(wish);
  };
  const { requestVideoFrameCallback } = HTMLVideoElement.prototype;
  HTMLVideoElement.prototype.requestVideoFrameCallback = function (take) {
    return requestVideoFrameCallback.call(this, (...about) =>
      isStalled ? this.requestVideoFrameCallback(take) : take(...about));
  };
"""

#: Over plain http.
INSECURE = "Object.defineProperty(globalThis, 'isSecureContext', { value: false });"

#: A private window, or the browser inside another program.
NO_STORAGE = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("Access is denied for this document.", "SecurityError"); },
});"""
NO_COOKIES = """Object.defineProperty(Document.prototype, "cookie", { get: () => "", set() {} });"""
