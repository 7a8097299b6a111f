/** How a camera's frames travel to the server, as the protocol calls it. */

export const Transport = /** @type {const} */ ({
  WEBRTC: "webrtc",
  WEBSOCKET: "websocket",
  RTSP: "rtsp",
  HTTP: "http",
  PUSH: "push",
  WHIP: "whip",
});

/** @typedef {typeof Transport[keyof typeof Transport]} TransportName */
