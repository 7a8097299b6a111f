/** Stands in the worker for what the page holds: a socket, or a channel it cannot transfer. */
export class ProxyChannel {
  /** @type {RTCDataChannelState} */
  readyState = "connecting";
  bufferedAmount = 0;
  #post;

  /** @param {(message: Uint8Array<ArrayBuffer>) => void} post hands the message to the page */
  constructor(post) {
    this.#post = post;
  }

  /** @param {{ readyState: RTCDataChannelState, bufferedAmount: number }} channel as the page sees it */
  update({ readyState, bufferedAmount }) {
    this.readyState = readyState;
    this.bufferedAmount = bufferedAmount;
  }

  /** @param {Uint8Array<ArrayBuffer>} message */
  send(message) {
    // Counts as waiting until the page has said how much really is.
    this.bufferedAmount += message.byteLength;
    this.#post(message);
  }
}
