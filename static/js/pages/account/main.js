/** The account page: passkeys, and notifications. */

import { Permission } from "../shared/notifications/permission.js";
import { startNotifications } from "../shared/notifications/start.js";
import { offerPasskey } from "./add-passkey.js";

const passkey = document.querySelector("[data-add-passkey]");
if (passkey instanceof HTMLElement) offerPasskey(passkey);
const permission = document.querySelector("[data-part=permission]");
if (permission instanceof HTMLElement) {
  new Permission(permission, () => void startNotifications()).show(true);
}
