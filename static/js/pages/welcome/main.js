/** Sends the secret of an invitation, which stands in the fragment, to the server. */

import { find, setText } from "../../lib/dom.js";
import { gettext } from "../../lib/i18n.js";

const form = find(document, "[data-welcome]", HTMLFormElement);
const secret = location.hash.slice(1);
if (secret) {
  find(form, "[name=secret]", HTMLInputElement).value = secret;
  form.submit();
} else {
  const incomplete = gettext("This address is incomplete. Open the whole link as you received it.");
  setText(find(document, "[data-part=sentence]", HTMLElement), incomplete);
}
addEventListener("hashchange", () => location.reload());
