// What is said to who listens to the page: one calm line, each thing once, in its order; what is urgent interrupts.
const BETWEEN = 700;
const STAYS = 8000;

export class Say {
  constructor() {
    this.queue = [];
    this.now = { polite: "", urgent: "" };
    this.watchers = new Set();
  }

  /** Say something when the listener has a moment. */
  polite(text) {
    if (!text || this.queue.includes(text)) return;
    this.queue.push(text);
    if (this.queue.length > 4) this.queue.splice(0, this.queue.length - 4); // old news is no news
    if (!this.timer) this.next();
  }

  /** Say something at once: you were muted, the floor is yours. */
  urgent(text) {
    this.set({ ...this.now, urgent: "" });
    setTimeout(() => this.set({ ...this.now, urgent: text }), 30);
    clearTimeout(this.clearing);
    this.clearing = setTimeout(() => this.set({ ...this.now, urgent: "" }), STAYS);
  }

  next() {
    const text = this.queue.shift();
    this.set({ ...this.now, polite: text ?? "" });
    this.timer = text === undefined ? null : setTimeout(() => this.next(), this.queue.length ? BETWEEN : STAYS);
  }

  set(now) {
    this.now = now;
    for (const watch of this.watchers) watch();
  }

  watch(watch) {
    this.watchers.add(watch);
    return () => this.watchers.delete(watch);
  }
}
