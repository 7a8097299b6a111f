/** The capture page of a signed-in person. */

import { find, pageData } from "../../lib/dom.js";
import { CapturePage } from "../shared/capture/page.js";

const root = find(document, ".capture", HTMLElement);
void new CapturePage(root, pageData("capture-data")).open();
