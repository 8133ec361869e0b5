// The line between this page and the room: a socket where it can be, long polls over plain HTTPS where not, and always
// the journal's numbers, so that nothing is missed and nothing is taken twice.
//
// After every gap, every return and whenever the server says so the journal is read from the number that was reached.
// While the socket is away longer than a moment, polls carry on; on the text step there are only polls. Returns are
// spread at random, the wider the more people are there (up to 10 s), so that a server that comes back is not overrun.
const LONGEST_WAIT = 10000;
const POLLS_AFTER = 3000; // ms without a socket
const SOON = 300;
const WITHOUT_WAITING = 2500; // ms between polls that the server answers at once
const GRACE = 2500; // ms in which an entry that must exist may still arrive by itself
const MEASURE_EVERY = 10000;
const MEASURE_WITHIN = 8000;
const POLL_WITHIN = 40000;
const PEOPLE_PER_SECOND = 60;

export const STARTING = "starting";
export const SOCKET = "socket";
export const POLLS = "polls";
export const LOST = "lost";

export class Line {
  /**
   * `topic`; `api`; `store`; `beats` (of beats.js); `on`: { state(word), measured({ rtt } | { lost: true } | {}), cut(), ended(),
   * renew(far) }: renew is asked for after a time away; far: what was missed is too much for the journal.
   */
  constructor({ topic, api, store, beats, on = {} }) {
    Object.assign(this, { topic, api, store, beats, on, state: STARTING, watchers: new Set() });
    beats.attach(this);
  }

  /** Begin, by `polls` only or with a socket. The store holds a snapshot by now. */
  start(polls = false) {
    this.onlyPolls = polls;
    if (polls) this.poll();
    else this.open();
    addEventListener("online", () => this.nudge());
    addEventListener("offline", () => this.drop());
    document.addEventListener("visibilitychange", () => document.hidden || this.nudge());
    this.beats.start();
  }

  /** Go over to polls (the text step), or back to a socket. */
  usePolls(wanted) {
    if (this.over || wanted === this.onlyPolls) return;
    this.onlyPolls = wanted;
    if (wanted) {
      this.close();
      this.poll();
    } else this.open();
  }

  /** Whether a socket carries now; whether polls do. */
  get carries() {
    return this.state === SOCKET && Boolean(this.socket?.connected);
  }

  get polls() {
    return this.state === POLLS;
  }

  /** The room must reach `number`, since the server said so: read it when it does not come by itself. */
  expect(number) {
    if (number <= this.store.state.number) return;
    clearTimeout(this.expecting);
    this.expecting = setTimeout(() => number > this.store.state.number && this.reread(), GRACE);
  }

  end() {
    this.over = true;
    this.close();
    this.polling?.abort();
    this.beats.stop();
  }

  // ------------------------------------------------------------------------------------------------ the socket

  async open() {
    if (this.socket || this.opening) return;
    this.opening = true;
    const io = await socketLibrary(() => this.lost());
    this.opening = false;
    if (!this.onlyPolls && !this.over) this.connect(io);
  }

  connect(io) {
    const people = this.store.state.people?.count || 1;
    const spread = Math.max(1, Math.min(10, people / PEOPLE_PER_SECOND));
    const socket = io({
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      reconnectionDelay: 500 * spread,
      reconnectionDelayMax: LONGEST_WAIT,
      randomizationFactor: 1,
      forceNew: true,
    });
    this.socket = socket;
    const mine = (act) => (told) => this.socket === socket && (!told?.topic || told.topic === this.topic) && act(told);
    socket.on("connect", mine(() => this.subscribe(socket)));
    socket.on("disconnect", mine(() => this.lost()));
    socket.on("connect_error", mine(() => this.lost()));
    socket.on("room", mine((told) => this.batch(told)));
    socket.on("touch", mine((told) => this.store.touch(told.what, told.body)));
    socket.on("beats", mine((told) => this.beats.acknowledged(told.acked, told.connection)));
    socket.on("reread", mine(() => this.reread(Math.random() * spread * 1000)));
    socket.on("cut", mine(() => this.on.cut?.()));
    socket.on("ended", mine(() => this.on.ended?.()));
    this.lost();
  }

  close() {
    const socket = this.socket;
    this.socket = null;
    clearTimeout(this.measuring);
    clearTimeout(this.fallback);
    socket?.disconnect();
  }

  subscribe(socket, tries = 0) {
    socket.timeout(10000).emit("subscribe", this.topic, { after: this.store.state.number }, (late, reply) => {
      if (this.socket !== socket || !socket.connected) return;
      if (late || reply.state === "later") {
        setTimeout(() => this.socket === socket && socket.connected && this.subscribe(socket, tries + 1), 1000 * 2 ** Math.min(tries, 3));
      } else if (reply.state === "refused") this.on.cut?.();
      else this.back(reply.number);
    });
  }

  /** The socket carries again: polls end, what was missed is read, acts that wait are tried. */
  back(number) {
    const away = this.state !== STARTING;
    clearTimeout(this.fallback);
    this.polling?.abort();
    this.say(SOCKET);
    if (away) this.on.renew?.(); // what is touched and not written down may be another
    else if (number > this.store.state.number) this.reread();
    this.api.nudge();
    this.beats.now();
    this.measure();
  }

  lost() {
    clearTimeout(this.measuring);
    if (this.state !== STARTING && this.state !== POLLS) this.say(LOST);
    clearTimeout(this.fallback);
    this.fallback = setTimeout(() => !this.socket?.connected && this.poll(), POLLS_AFTER);
  }

  batch({ after, upto, entries }) {
    if (after !== undefined && after > this.store.state.number) this.reread();
    else this.store.entries(entries, upto);
  }

  /** The line is gone, or only seems to be there: let go of the socket and begin anew. */
  drop() {
    if (this.socket?.io.engine && this.socket.connected) this.socket.io.engine.close();
    else this.say(LOST);
  }

  /** How long a word and its answer take; an answer that does not come is a fact, too. */
  measure() {
    clearTimeout(this.measuring);
    const socket = this.socket;
    if (!socket?.connected) return;
    const sent = performance.now();
    socket.timeout(MEASURE_WITHIN).emit("heartbeat", (late) => {
      if (this.socket !== socket) return;
      this.on.measured?.(late ? { lost: true } : { rtt: performance.now() - sent });
      clearTimeout(this.measuring);
      if (late) return this.drop();
      this.measuring = setTimeout(() => this.measure(), MEASURE_EVERY);
    });
  }

  // ------------------------------------------------------------------------------------------------ the journal

  /** Read what came after the number that was reached; once at a time, again if asked meanwhile. */
  async reread(wait = 0) {
    if (this.reading) {
      this.again = true;
      return;
    }
    this.reading = true;
    if (wait) await pause(wait);
    try {
      let more = true;
      while (more && !this.over) {
        this.again = false;
        const answer = await this.api.get(`journal?after=${this.store.state.number}`);
        if (!answer.ok) {
          if (answer.status >= 500 || answer.status === 429) throw new Error(answer.problem);
          return;
        }
        this.take(answer.body);
        more = !answer.body.renew && (answer.body.more || this.again);
      }
      this.tries = 0;
    } catch {
      this.tries = (this.tries || 0) + 1;
      setTimeout(() => this.reread(), Math.min(LONGEST_WAIT, 1000 * 2 ** this.tries) * (0.5 + Math.random() / 2));
    } finally {
      this.reading = false;
    }
  }

  take({ entries = [], upto, touches = [], renew }) {
    if (renew) return this.on.renew?.(true);
    this.store.entries(entries, upto);
    for (const { what, body } of touches) this.store.touch(what, body);
  }

  // ------------------------------------------------------------------------------------------------ long polls

  /** Ask again and again; each question carries the beat and waits at the server until there is something. */
  async poll() {
    if (this.polling || this.over) return;
    this.polling = new AbortController();
    const { signal } = this.polling;
    let tries = 0;
    while (!signal.aborted && !this.over && (this.onlyPolls || !this.socket?.connected)) {
      const sent = performance.now();
      try {
        const answer = await this.api.get(`poll?${this.question()}`, { signal, timeout: POLL_WITHIN });
        if (!answer.ok) {
          if (answer.status < 500 && answer.status !== 429) break;
          throw new Error(answer.problem);
        }
        this.say(POLLS);
        if (tries) this.api.nudge();
        tries = 0;
        this.take(answer.body);
        this.touched = answer.body.touched;
        this.beats.acknowledged(answer.body.acked, answer.body.connection);
        this.on.measured?.({});
        const waited = performance.now() - sent > SOON || answer.body.entries?.length;
        if (!answer.body.more) await pause((this.touched && waited ? SOON : WITHOUT_WAITING) * (0.5 + Math.random()), signal);
      } catch {
        if (signal.aborted) break;
        if (tries++) this.say(LOST);
        await pause(Math.min(LONGEST_WAIT, 1000 * 2 ** tries) * (0.5 + Math.random() / 2), signal);
      }
    }
    if (this.polling?.signal === signal) this.polling = null;
    if (this.onlyPolls && !this.over && !signal.aborted) this.on.cut?.();
  }

  question() {
    const asked = new URLSearchParams({ after: String(this.store.state.number) });
    if (this.touched) asked.set("touches", this.touched);
    asked.set("beat", JSON.stringify(this.beats.due()));
    return asked;
  }

  /** Send a beat by the socket; false when there is none (a poll carries it then, or the next socket). */
  send(beat) {
    if (!this.socket?.connected || this.state !== SOCKET) return false;
    this.socket.emit("beat", { topic: this.topic, ...beat });
    return true;
  }

  // ------------------------------------------------------------------------------------------------ its state

  nudge() {
    if (this.over) return;
    this.api.nudge();
    if (!this.socket) return;
    if (this.socket.connected) this.reread();
    else this.socket.connect();
  }

  say(state) {
    if (this.over || state === this.state) return;
    this.state = state;
    for (const watch of this.watchers) watch(state);
    this.on.state?.(state);
  }

  watch(watch) {
    this.watchers.add(watch);
    return () => this.watchers.delete(watch);
  }
}

/** The library of sockets is fetched when a socket is wanted: the text step never needs it. Tries until it is there. */
async function socketLibrary(failed) {
  for (;;) {
    try {
      return (await import("socket.io-client")).io;
    } catch {
      failed();
      await pause(2000 * (1 + Math.random()));
    }
  }
}

function pause(wait, signal) {
  return new Promise((go) => {
    const timer = setTimeout(go, wait);
    signal?.addEventListener("abort", () => (clearTimeout(timer), go()), { once: true });
  });
}
