/** The states of the page's watch socket, and what leads from one to the other. */

export const State = /** @type {const} */ ({
  /** A socket opens. */
  CONNECTING: "connecting",
  /** It is open, but nothing came on it: some proxies let a connection through, and nothing more. */
  PROVING: "proving",
  OPEN: "open",
  /** There is none; another attempt comes. */
  BACKING_OFF: "backing_off",
  OVER: "over",
});

export const Event = /** @type {const} */ ({
  OPENED: "opened",
  RECEIVED: "received",
  CLOSED: "closed",
  /** With a code after which another attempt would end the same way. */
  CLOSED_FOR_GOOD: "closed_for_good",
  /** No sign of life for too long. */
  SILENT: "silent",
  /** The network or the person is back: no need to wait any longer. */
  HURRY: "hurry",
  TIMEOUT: "timeout",
});

/** @typedef {typeof State[keyof typeof State]} StateName */
/** @typedef {typeof Event[keyof typeof Event]} EventName */
/** @typedef {"connect" | "abandon" | "greet" | "forget_failures" | "count_failure" | "back_off"} Action */
/** @typedef {import("../../lib/state-machine.js").Transition<StateName, Action>} Transition */

/** @type {Transition} */
const START_OVER = { to: State.BACKING_OFF, do: ["count_failure", "back_off"] };
/** @type {Transition} */
const REPLACE = { to: State.BACKING_OFF, do: ["abandon", "count_failure", "back_off"] };
/** @type {Transition} */
const END = { to: State.OVER, do: ["count_failure"] };
/** @type {Transition} */
const CONNECT = { to: State.CONNECTING, do: ["connect"] };

/** @type {Readonly<Partial<Record<EventName, Transition>>>} */
const WITH_SOCKET = {
  [Event.CLOSED]: START_OVER,
  [Event.CLOSED_FOR_GOOD]: END,
  [Event.SILENT]: REPLACE,
};

/** @type {import("../../lib/state-machine.js").Table<StateName, EventName, Transition>} */
export const TABLE = {
  [State.CONNECTING]: { ...WITH_SOCKET, [Event.OPENED]: { to: State.PROVING, do: ["greet"] } },
  [State.PROVING]: {
    ...WITH_SOCKET,
    [Event.RECEIVED]: { to: State.OPEN, do: ["forget_failures"] },
  },
  [State.OPEN]: WITH_SOCKET,
  [State.BACKING_OFF]: { [Event.HURRY]: CONNECT, [Event.TIMEOUT]: CONNECT },
  [State.OVER]: {},
};

/**
 * As pages need to know it.
 *
 * @param {StateName} state
 * @returns {import("./source.js").Connection}
 */
export function connectionOf(state) {
  return state === State.OPEN || state === State.OVER ? state : "connecting";
}
