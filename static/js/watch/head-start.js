/** What static/js/pages/base/head-start.js began while the page was loading; each part is taken once. */

/**
 * @typedef {object} HeadStart
 * @property {string} url of the socket
 * @property {WebSocket | null} socket
 * @property {{ at: number, data: ArrayBuffer | string }[]} received by it, in local time
 * @property {Worker | null} worker that draws
 * @property {boolean} isWorkerReady
 */

/** @typedef {Pick<HeadStart, "received"> & { socket: WebSocket }} Begun */

/**
 * @param {string} url
 * @returns {Begun | null} null where none was begun, or it has ended
 */
export function takeSocket(url) {
  const start = headStart();
  if (!start?.socket || start.url !== url) return null;
  const { received, socket } = start;
  start.socket = null;
  return socket.readyState <= WebSocket.OPEN ? { received, socket } : null;
}

/** @returns {{ worker: Worker, isReady: boolean } | null} */
export function takeWorker() {
  const start = headStart();
  if (!start?.worker) return null;
  const { isWorkerReady: isReady, worker } = start;
  start.worker = null;
  return { worker, isReady };
}

function headStart() {
  return /** @type {{ headStart?: HeadStart }} */ (globalThis).headStart;
}
