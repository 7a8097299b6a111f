/** A screen opens its link; it tries for as long as it takes, as nobody stands before it. */

import { find, setText } from "../../lib/dom.js";
import { post } from "../../lib/post.js";
import { openLink } from "./opening.js";

const page = find(document, "[data-open]", HTMLElement);
const sentence = find(page, "[data-part=sentence]", HTMLElement);

addEventListener("hashchange", () => location.reload());
setTimeout(open, Number(page.dataset.waitS) * 1000);

function open() {
  void openLink(location.hash.slice(1), {
    ask: (secret) => post(page.dataset.open ?? "", { secret }),
    // With the secret: the screen opens its link again where it has lost its cookie.
    show: (url) => location.replace(`${url}${location.hash}`),
    say: (words) => setText(sentence, words),
  });
}
