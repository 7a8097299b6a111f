/** What a camera says about itself when it asks to publish (docs/protocol.md, section 2). */

import { Transport } from "../../protocol/transports.js";

export class Claim {
  /** Some browsers are built or set up without it. */
  hasWebRtc = "RTCPeerConnection" in globalThis;
  /**
   * The token of the session to resume.
   *
   * @type {string | null}
   */
  resume = null;
  /** Whether whoever else publishes to the camera is sent away. */
  takesOver = false;
  /** @type {import("../../protocol/transports.js").TransportName} that is asked for */
  transport = this.hasWebRtc ? Transport.WEBRTC : Transport.WEBSOCKET;

  /**
   * @param {string} sdp for WebRTC
   * @returns {import("../../protocol/messages.js").Offer | import("../../protocol/messages.js").Stream}
   */
  message(sdp) {
    const claim = {
      ...(this.resume && { resume: this.resume }),
      ...(this.takesOver && { take_over: true }),
    };
    return this.transport === Transport.WEBRTC
      ? { type: "offer", sdp, ...claim }
      : { type: "stream", ...claim };
  }

  /** @param {string} resume token of the session that has started */
  granted(resume) {
    this.resume = resume;
    this.takesOver = false;
  }
}
