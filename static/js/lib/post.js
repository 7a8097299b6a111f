/** Requests that change something, with the CSRF token that Django requires. */

/** The server refused; the message is the server's, or empty. */
export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {string} message
   */
  constructor(status, message) {
    super(message);
    this.name = "Refusal";
    this.status = status;
  }
}

/**
 * @param {string} url
 * @param {Record<string, string>} [fields]
 * @returns {Promise<any>} the server's answer. Throws Refusal, or TypeError without a network.
 */
export function post(url, fields = {}) {
  return send(url, new URLSearchParams(fields), {});
}

/**
 * @param {string} url
 * @param {object} values
 * @returns {Promise<any>} the server's answer. Throws Refusal, or TypeError without a network.
 */
export function postJson(url, values) {
  return send(url, JSON.stringify(values), { "Content-Type": "application/json" });
}

/**
 * @param {string} url
 * @param {URLSearchParams | string} body
 * @param {Record<string, string>} headers
 */
async function send(url, body, headers) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  const csrf = { "X-CSRFToken": token instanceof HTMLInputElement ? token.value : "" };
  return answer(await fetch(url, { method: "POST", headers: { ...csrf, ...headers }, body }));
}

/**
 * @param {Response} response
 * @returns {Promise<any>}
 */
export async function answer(response) {
  const isJson = response.headers.get("Content-Type")?.includes("json");
  const values = isJson ? await response.json() : {};
  if (!response.ok) {
    // Pages say it in a message, the API as a problem.
    const said = values.errors?.[0]?.detail ?? values.message ?? values.detail;
    throw new Refusal(response.status, said ?? "");
  }
  return values;
}
