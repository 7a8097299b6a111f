// A classic script that waits for nothing: while the page and its modules load, the watch socket opens,
// the clocks are compared, the camera is asked for, and the worker that draws gets ready. Modules take
// over by static/js/watch/head-start.js.
{
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const { socket: address = "", worker: workerUrl = "", camera } = script.dataset;
  const url = new URL(address, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  /** @type {import("../../watch/head-start.js").HeadStart} */
  const start = { url: url.href, socket, received: [], worker: null, isWorkerReady: false };
  const time = () => performance.timeOrigin + performance.now();
  const say = (/** @type {object} */ message) => socket.send(JSON.stringify(message));
  /** What the page found out when it was here last. */
  const codecs = () => {
    try {
      return localStorage.getItem("codecs");
    } catch {
      // Storage is switched off: the page itself asks for the camera.
      return null;
    }
  };
  socket.onopen = () => {
    for (let i = 0; i < 3; i += 1) say({ type: "ping", time: time() });
    const video = codecs();
    const rendition = new URLSearchParams(location.search).get("rendition") ?? "auto";
    if (camera && video && ["auto", "video", "jpeg", "still"].includes(rendition)) {
      say({ type: "subscribe", cameras: [camera], video: JSON.parse(video), rendition });
    }
  };
  socket.onmessage = ({ data }) => start.received.push({ at: time(), data });
  if ("transferControlToOffscreen" in HTMLCanvasElement.prototype) {
    start.worker = new Worker(workerUrl, { type: "module" });
    start.worker.onmessage = () => {
      start.isWorkerReady = true;
    };
  }
  Object.assign(globalThis, { headStart: start });
}
