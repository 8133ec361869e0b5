// The one socket of a page. It only tells that there is something new; what is new is read by HTTP.
//
// follow(topic, after, onNews) calls onNews whenever something past `after` may be there: on an announcement, on every
// reconnect, when the server says so, and from time to time while there is no socket. onNews reads, and returns (or
// promises) the number it has reached; while it reads nothing more is asked of it, and if it fails it is asked again.
// Reconnects grow apart and are spread at random, so that a server that comes back is not overrun.
import { io } from "socket.io-client";

const LONGEST_WAIT = 10000;
const AFTER_MANY_TRIES = [6, 60000];
const TOGETHER = 250;
const HEARTBEAT = [25000, 35000];
const SLOW = [20000, 40000];
const ANSWER_WITHIN = 10000;

const follows = new Map(); // topic → Set of Follow
let socket = null;

/** Follow a topic. Returns { leave(), typing(), reached(number) }. `on` may have ended(), typing(label), state(connected). */
export function follow(topic, after, onNews, on = {}) {
  const one = new Follow(topic, Number(after) || 0, onNews, on);
  if (!follows.has(topic)) follows.set(topic, new Set());
  follows.get(topic).add(one);
  open();
  if (socket.connected) subscribe(topic);
  return one;
}

class Follow {
  constructor(topic, after, onNews, on) {
    Object.assign(this, { topic, after, onNews, on, tries: 0 });
  }

  leave() {
    const others = follows.get(this.topic);
    if (!others || !others.delete(this)) return;
    clearTimeout(this.timer);
    this.over = true;
    if (others.size) return;
    follows.delete(this.topic);
    if (socket.connected) socket.emit("leave", this.topic);
  }

  typing() {
    if (socket.connected) socket.emit("typing", this.topic);
  }

  reached(number) {
    this.after = Math.max(this.after, Number(number) || 0);
  }

  /** There may be something new: read it, soon and once. */
  news(told) {
    if (this.over) return;
    this.told = told;
    if (this.reading || this.timer) {
      this.again = true;
      return;
    }
    this.later(Math.random() * TOGETHER);
  }

  later(wait) {
    this.timer = setTimeout(() => this.read(), wait);
  }

  async read() {
    this.timer = null;
    this.reading = true;
    this.again = false;
    let failed = false;
    try {
      this.reached(await this.onNews(this.told));
      this.tries = 0;
    } catch {
      failed = true;
    }
    this.reading = false;
    if (this.over) return;
    if (failed) this.later(Math.min(LONGEST_WAIT, 1000 * 2 ** this.tries++) * (0.5 + Math.random()));
    else if (this.again) this.news(this.told);
  }

  end() {
    if (this.over) return;
    this.leave();
    this.on.ended?.();
  }
}

function open() {
  if (socket) return;
  socket = io({
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    reconnectionDelay: 1000,
    reconnectionDelayMax: LONGEST_WAIT,
    randomizationFactor: 1,
  });
  let before = false;
  let refused = 0;
  socket.on("connect", () => {
    refused = 0;
    socket.io.reconnectionDelayMax(LONGEST_WAIT);
    for (const topic of follows.keys()) subscribe(topic, before);
    before = true;
    every((one) => one.on.state?.(true));
  });
  socket.on("disconnect", () => every((one) => one.on.state?.(false)));
  socket.on("connect_error", () => {
    if (++refused === AFTER_MANY_TRIES[0]) socket.io.reconnectionDelayMax(AFTER_MANY_TRIES[1]);
    every((one) => one.on.state?.(false));
  });
  socket.on("news", (told) => every((one) => told.number > one.after && one.news(told), told.topic));
  socket.on("typing", (told) => every((one) => one.on.typing?.(told.label), told.topic));
  socket.on("reread", () => every((one) => one.news({ topic: one.topic })));
  socket.on("cut", (told) => every((one) => one.end(), told.topic));
  socket.on("ended", () => {
    every((one) => one.end());
    socket.disconnect();
  });
  document.addEventListener("visibilitychange", () => document.hidden || look());
  repeat(HEARTBEAT, () => socket.connected && look());
  repeat(SLOW, () => socket.connected || look());
}

/** Do something for every follower, or for those of one topic. */
function every(act, topic) {
  const sets = topic === undefined ? [...follows.values()] : [follows.get(topic) || []];
  for (const one of sets.flatMap((set) => [...set])) act(one);
}

function subscribe(topic, back = false, tries = 0) {
  socket.timeout(ANSWER_WITHIN).emit("subscribe", topic, (late, reply) => {
    if (!follows.has(topic) || !socket.connected) return;
    if (late || reply.state === "later") {
      setTimeout(() => socket.connected && subscribe(topic, true, tries + 1), Math.min(LONGEST_WAIT, 1000 * 2 ** tries));
    } else if (reply.state === "refused") {
      every((one) => one.end(), topic);
    } else {
      every((one) => (back || reply.number > one.after) && one.news({ topic, number: reply.number }), topic);
    }
  });
}

/** Nobody looks at a hidden page. Else ask how far everything is, or, without a socket, simply read. */
function look() {
  if (document.hidden) return;
  if (!socket.connected) return every((one) => one.news({ topic: one.topic }));
  socket.timeout(ANSWER_WITHIN).emit("heartbeat", (late, reply) => {
    if (late || !reply.numbers) return;
    for (const topic of follows.keys()) {
      const number = reply.numbers[topic];
      if (number === undefined) subscribe(topic, true);
      else every((one) => number > one.after && one.news({ topic, number }), topic);
    }
  });
}

function repeat([least, most], act) {
  setTimeout(() => {
    act();
    repeat([least, most], act);
  }, least + Math.random() * (most - least));
}
