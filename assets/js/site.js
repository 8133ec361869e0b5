// What every page gets: each behaviour finds its own data attributes and is not needed for the page to work.
import { autosave } from "./behaviours/autosave.js";
import { confirm } from "./behaviours/confirm.js";
import { copy } from "./behaviours/copy.js";
import { countdown } from "./behaviours/countdown.js";
import { dialog } from "./behaviours/dialog.js";
import { filter } from "./behaviours/filter.js";
import { focus } from "./behaviours/focus.js";
import { hours } from "./behaviours/hours.js";
import { menu } from "./behaviours/menu.js";
import { sheet } from "./behaviours/sheet.js";
import { submitOnce } from "./behaviours/submit-once.js";
import { tabs } from "./behaviours/tabs.js";

// `confirm` before `submitOnce`: a form that is still being asked about is not yet sent.
for (const start of [confirm, submitOnce, dialog, menu]) start(document);

/** Behaviours that hold on to elements; called again for a part of the page that was replaced. */
export function enhance(part) {
  for (const start of [autosave, copy, countdown, focus, sheet, tabs]) start(part);
}

filter(document, enhance);
hours(document);
enhance(document);
document.addEventListener("htmx:load", (event) => event.target !== document.body && enhance(event.target));
