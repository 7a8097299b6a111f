/** What a page that shows cameras and its render host send each other; `screen` is a screen's number. */

import type { Frame, Header } from "../protocol/wire.js";

/** When a frame reached each step, in local time. */
export interface Times {
  /** From the network, in the page. */
  arrivedAt: number;
  decodedAt: number;
  /** The first animation frame that has it. */
  drawnAt: number;
}

export type ToWorker =
  | { type: "screen"; screen: number; canvas: OffscreenCanvas }
  | { type: "frame"; screen: number; frame: Frame; arrivedAt: number }
  /** No frames come for now. */
  | { type: "rest"; screen: number }
  /** Erase everything that came before. */
  | { type: "clear"; screen: number; clearings: number }
  /** Nothing follows for this screen. */
  | { type: "close"; screen: number }
  | { type: "hidden"; hidden: boolean };

/** After a worker's first message, `open`, which says that it is ready. */
export type FromWorker =
  | {
      type: "shown";
      screen: number;
      /** How often it had been cleared. */
      clearings: number;
      header: Header;
      times: Times;
    }
  /** Video goes on only with a key frame. */
  | { type: "key_frame"; screen: number }
  /** Video in this codec, or null for any, cannot be shown. */
  | { type: "unplayable"; screen: number; codec: string | null };
