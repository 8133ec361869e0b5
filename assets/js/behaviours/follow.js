// An element with data-live="TOPIC" data-live-after="N" data-live-url="/…?after=" is kept fresh.
//
// Whatever is new is read from the address with N put behind it: a piece of HTML whose first element with its own
// data-live-after holds the new parts and the next N (data-live-more: there is more to read at once). A part with the id
// of one that is there replaces it; the others are put at the end, or at the beginning with data-live-place="start". One
// calm line in [data-live-status] says what came (the piece's data-live-say, else the element's data-live-news) or that
// the connection is lost. When the right to follow ends, the page says so and leads away.
import { follow } from "./line.js";

const SAID_AFTER = 5000;
const LEADS_AWAY_AFTER = 4000;
let ending = false;

export function followAll(part) {
  for (const element of part.querySelectorAll("[data-live]")) new Part(element);
}

class Part {
  constructor(element) {
    this.element = element;
    this.status = document.querySelector("[data-live-status]");
    const on = { ended: end, state: (connected) => this.state(connected) };
    this.follow = follow(element.dataset.live, element.dataset.liveAfter, () => this.read(), on);
  }

  /** Read what is new and put it in its place; returns how far that is. Throws when nothing could be read. */
  async read() {
    const signal = AbortSignal.timeout ? AbortSignal.timeout(20000) : undefined;
    const headers = { "X-Background": "1", "X-Requested-With": "XMLHttpRequest" };
    const address = this.element.dataset.liveUrl + this.element.dataset.liveAfter;
    const answer = await fetch(address, { headers, signal, redirect: "manual", cache: "no-store" });
    if (answer.type === "opaqueredirect" || [401, 403, 404, 410].includes(answer.status)) return end();
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
    const piece = document.createElement("template");
    piece.innerHTML = await answer.text();
    const root = piece.content.querySelector("[data-live-after]");
    if (!root) throw new Error("no place to go on from");
    const [came, more] = [root.childElementCount, "liveMore" in root.dataset];
    for (const child of [...root.children]) this.put(child);
    this.element.dataset.liveAfter = root.dataset.liveAfter;
    if (came) this.say(root.dataset.liveSay || this.element.dataset.liveNews || "");
    return more ? this.read() : Number(root.dataset.liveAfter);
  }

  put(child) {
    const present = child.id && document.getElementById(child.id);
    if (present && this.element.contains(present)) {
      if (present.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) return;
      present.replaceWith(child);
    } else if (this.element.dataset.livePlace === "start") this.element.prepend(child);
    else this.element.append(child);
    child.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true })); // the page's behaviours take it up
  }

  state(connected) {
    clearTimeout(this.timer);
    if (connected && this.lost) this.say("");
    else if (!connected && this.status) this.timer = setTimeout(() => this.say(this.status.dataset.lost), SAID_AFTER);
    if (connected) this.lost = false;
  }

  say(words) {
    if (!this.status) return;
    this.lost = words !== "" && words === this.status.dataset.lost;
    this.status.textContent = words;
  }
}

/** The right to follow is gone: say so, then load the page again, which leads to what there is instead. */
function end() {
  if (ending) return;
  ending = true;
  const words = document.querySelector("template[data-live-ended]");
  if (words) {
    const main = document.querySelector("main");
    main.prepend(words.content.cloneNode(true));
    main.firstElementChild.focus();
  }
  setTimeout(() => location.reload(), words ? LEADS_AWAY_AFTER : 0);
}
