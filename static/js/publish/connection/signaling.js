/** One publish socket (docs/protocol.md, section 2): JSON in, JSON and perhaps frames out. */

/**
 * @typedef {object} Handlers
 * @property {() => void} onOpen
 * @property {(message: import("../../protocol/messages.js").PublishToCamera) => void} onMessage
 * @property {(close: CloseEvent) => void} onClose not after one's own close()
 */

export class Signaling {
  #socket;

  /**
   * @param {string} url
   * @param {Handlers} handlers
   */
  constructor(url, { onOpen, onMessage, onClose }) {
    this.#socket = new WebSocket(url);
    this.#socket.onopen = onOpen;
    this.#socket.onmessage = ({ data }) => onMessage(JSON.parse(data));
    this.#socket.onclose = onClose;
  }

  get isOpen() {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** @param {import("../../protocol/messages.js").PublishFromCamera} message */
  send(message) {
    if (this.isOpen) this.#socket.send(JSON.stringify(message));
  }

  /** @param {Uint8Array<ArrayBuffer>} message */
  sendFrame(message) {
    if (this.isOpen) this.#socket.send(message);
  }

  close() {
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
  }
}
