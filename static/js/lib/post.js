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
export async function post(url, fields = {}) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  return answer(
    await fetch(url, {
      method: "POST",
      headers: { "X-CSRFToken": token instanceof HTMLInputElement ? token.value : "" },
      body: new URLSearchParams(fields),
    }),
  );
}

/**
 * @param {Response} response
 * @returns {Promise<any>}
 */
export async function answer(response) {
  const isJson = response.headers.get("Content-Type")?.includes("json");
  const values = isJson ? await response.json() : {};
  if (!response.ok) throw new Refusal(response.status, values.message ?? "");
  return values;
}
