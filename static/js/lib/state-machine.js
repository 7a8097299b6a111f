/** State machines as tables: what happens is looked up, and done by somebody else. */

/**
 * What an event leads to. Without `to` the state and its timer stay as they are.
 *
 * @template {string} State
 * @template {string} Action
 * @typedef {{ to?: State, do?: readonly Action[] }} Transition
 */

/**
 * What is not in the table changes nothing.
 *
 * @template {string} State
 * @template {string} Event
 * @template {Transition<State, string>} T
 * @typedef {Readonly<Record<State, Readonly<Partial<Record<Event, T>>>>>} Table
 */

/**
 * @template {string} State
 * @template {string} Event
 * @template {Transition<State, string>} T
 * @param {Table<State, Event, T>} table
 * @param {State} state
 * @param {Event} event
 * @returns {T | null} null where the event changes nothing
 */
export function transition(table, state, event) {
  return table[state][event] ?? null;
}
