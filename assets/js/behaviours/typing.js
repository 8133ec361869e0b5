// An element with data-typing="TOPIC" says who writes there now, by the face that the room gives them.
import { follow } from "./line.js";

const SHOWN_FOR = 6000;
const SAID_EVERY = 3000;

export function typing(part) {
  for (const line of part.querySelectorAll("[data-typing]")) {
    let timer = null;
    const told = (label) => {
      line.textContent = line.dataset.typingWords.replace("{who}", `\u2068${label}\u2069`);
      line.hidden = false;
      clearTimeout(timer);
      timer = setTimeout(() => { line.hidden = true; }, SHOWN_FOR);
    };
    const here = follow(line.dataset.typing, Number.MAX_SAFE_INTEGER, () => 0, { typing: told });
    const field = part.querySelector("form[data-composer] textarea[name=text]");
    let said = 0;
    field?.addEventListener("input", () => {
      if (Date.now() - said < SAID_EVERY) return;
      said = Date.now();
      here.typing();
    });
  }
}
