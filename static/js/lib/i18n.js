/** Django's catalogue of translations, which the page loads from /jsi18n/ before any module. */

/**
 * @typedef {object} Catalogue
 * @property {(text: string) => string} gettext
 * @property {(one: string, many: string, count: number) => string} ngettext
 * @property {(context: string, text: string) => string} pgettext
 */

/** @type {Catalogue} */
const catalogue = /** @type {{ django?: Catalogue }} */ (globalThis).django ?? {
  gettext: (text) => text,
  ngettext: (one, many, count) => (count === 1 ? one : many),
  pgettext: (_context, text) => text,
};

export const { gettext, ngettext, pgettext } = catalogue;

/**
 * A translated text with its `%(name)s` filled in.
 *
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export function interpolate(text, values) {
  return text.replace(/%\((\w+)\)s/g, (_, name) => String(values[name]));
}
