/**
 * Gives each list of a parameter its name, which Swagger UI writes beside it and ties to nothing.
 *
 * @param {ParentNode} place
 */
export function nameParameters(place) {
  for (const list of place.querySelectorAll("[data-param-name] select:not([aria-label])")) {
    const row = list.closest("[data-param-name]");
    list.setAttribute("aria-label", row?.getAttribute("data-param-name") ?? "");
  }
}
