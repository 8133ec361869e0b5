// Beats say "I am here, on this step", every ten seconds, numbered. The server acknowledges what it has written down; what
// is not acknowledged goes again with the next beat as `missed`, so that a lost line costs no minute that the server can
// see was its own. A beat is { connection, n, step, missed: [n, …] }; the time is the server's.
import { newKey } from "./api.js";

const EVERY = 10000;
const MOST_MISSED = 60; // ten minutes; what is older is a gap

export class Beats {
  /** `step()` gives the present step of the ladder; `on`: { lost(n) }: a beat stayed without answer until the next one. */
  constructor(step, on = {}) {
    Object.assign(this, { step, on, connection: newKey(), n: 0, at: -Infinity, began: performance.now(), open: new Set() });
  }

  attach(line) {
    this.line = line;
  }

  start() {
    clearInterval(this.timer);
    this.timer = setInterval(() => this.beat(), EVERY);
  }

  stop() {
    clearInterval(this.timer);
  }

  /** One beat ahead of its time: the line is back, or the step is another. */
  now() {
    this.start();
    this.beat();
  }

  /** By the socket; polls fetch theirs themselves. Without a line the beat is numbered all the same, and sent again later. */
  beat() {
    if (this.line.polls) return;
    if (this.open.size && this.line.carries) this.on.lost?.(this.open.size);
    this.line.send(this.next());
  }

  /** The beat that a poll carries: a new one when it is time, else the last one again, which costs nothing. */
  due() {
    return performance.now() - this.at > EVERY - 1500 ? this.next() : this.present();
  }

  /** Numbers go by the time that has passed: a page whose timers the browser holds back is there all the same. */
  next() {
    this.at = performance.now();
    this.n = Math.max(this.n + 1, Math.floor((this.at - this.began) / EVERY) + 1);
    this.open.add(this.n);
    for (const old of this.open) if (old <= this.n - MOST_MISSED) this.open.delete(old);
    return this.present();
  }

  present() {
    const missed = [...this.open].filter((n) => n < this.n);
    return { connection: this.connection, n: this.n, step: this.step(), missed };
  }

  /** The server has written these down. */
  acknowledged(numbers, connection) {
    if (connection && connection !== this.connection) return;
    for (const n of numbers || []) this.open.delete(n);
  }
}
