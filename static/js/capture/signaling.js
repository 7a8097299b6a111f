/** One publish socket (docs/protocol.md, section 2): JSON in, JSON out. */

/**
 * @typedef {object} Handlers
 * @property {() => void} onOpen
 * @property {(message: any) => void} onMessage
 * @property {(code: number) => void} onClose not after one's own close()
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
    this.#socket.onclose = ({ code }) => onClose(code);
  }

  /** @param {{ type: string, [field: string]: unknown }} message */
  send(message) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  close() {
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
  }
}
