// An element with data-reading="URL" data-read-to="N" notes how far its parts (data-number) have been read.
//
// A part counts as read when its end was in the window of a visible page for a moment, and everything before it counts
// with it. What was reached is sent at rest and when the page is left; the server never goes back. The button for those
// without scripts (#read-form) is not needed then, its token is.
const A_MOMENT = 1000;
const REST = 2000;

export function reading(part) {
  for (const element of part.querySelectorAll("[data-reading]")) new Reader(element);
}

class Reader {
  constructor(element) {
    this.element = element;
    this.reached = this.told = Number(element.dataset.readTo) || 0;
    const form = document.getElementById("read-form");
    if (form) form.hidden = true;
    this.token = document.querySelector('input[name="csrf_token"]');
    this.waiting = new Map();
    this.watch = new IntersectionObserver((seen) => this.look(seen));
    this.add(element);
    new MutationObserver((changes) => changes.forEach((one) => one.addedNodes.forEach((node) => this.add(node))))
      .observe(element, { childList: true });
    addEventListener("pagehide", () => this.tell(true));
    document.addEventListener("visibilitychange", () => document.hidden && this.tell(true));
  }

  /** Watch the end of every part: of a long one the beginning alone says nothing. */
  add(node) {
    if (!node.querySelectorAll) return;
    const parts = node.dataset?.number ? [node] : node.querySelectorAll("[data-number]");
    for (const part of parts) this.watch.observe(part.lastElementChild || part);
  }

  look(seen) {
    for (const { target, isIntersecting } of seen) {
      clearTimeout(this.waiting.get(target));
      this.waiting.delete(target);
      if (isIntersecting) this.waiting.set(target, setTimeout(() => this.read(target), A_MOMENT));
    }
  }

  read(target) {
    if (document.hidden || !target.isConnected) return;
    const number = Number(target.closest("[data-number]").dataset.number);
    if (number <= this.reached) return;
    this.reached = number;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(), REST);
  }

  async tell(leaving = false) {
    if (this.reached <= this.told || !this.token) return;
    const number = this.reached;
    const body = new URLSearchParams({ csrf_token: this.token.value, number });
    try {
      const headers = { "Accept": "application/json" };
      const answer = await fetch(this.element.dataset.reading, { method: "POST", body, headers, keepalive: leaving });
      if (answer.ok) this.told = Math.max(this.told, number);
    } catch { /* no connection: the next part that is read tells it, too */ }
  }
}
