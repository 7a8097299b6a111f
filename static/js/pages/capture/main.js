/** The capture page of who has signed in. */

import { find, pageData } from "../../lib/dom.js";
import { CapturePage } from "../shared/capture/page.js";

const root = find(document, ".capture", HTMLElement);
void new CapturePage(root, pageData("capture-data")).open();
