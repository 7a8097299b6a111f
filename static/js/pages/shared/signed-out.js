/** Says that nobody is signed in any more, on a page that then stops asking. */

import { gettext } from "../../lib/i18n.js";

/** Once, however many parts of the page find out. */
export function saySignedOut() {
  const main = document.querySelector("main");
  if (!main || main.querySelector(".signed-out")) return;
  const notice = document.createElement("div");
  notice.className = "messages signed-out";
  notice.role = "status";
  const icon = document.createElement("span");
  icon.className = "icon icon-warning";
  const link = document.createElement("a");
  link.className = "button main";
  link.href = `${document.body.dataset.signIn}?${new URLSearchParams({ next: pathNow() })}`;
  link.textContent = gettext("Sign in");
  const sentence = document.createElement("p");
  const words = gettext("You are signed out, so this page is no longer updated.");
  sentence.append(icon, words, link);
  notice.append(sentence);
  main.prepend(notice);
}

function pathNow() {
  return `${location.pathname}${location.search}`;
}
