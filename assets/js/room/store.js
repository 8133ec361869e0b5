// What the room knows: { number, <part>: … }. It changes by the server's word only: a snapshot, the journal's entries in
// their order, touches. Parts turn news into their own state by pure functions; what shows it is drawn anew once a turn.
import { useContext, useLayoutEffect, useState } from "preact/hooks";
import { RoomContext } from "./context.js";

export class Store {
  /** `parts`: the table of parts.js. */
  constructor(parts) {
    this.parts = parts;
    this.state = { number: 0 };
    this.toldUpTo = 0;
    for (const part of parts) this.state[part.name] = part.begin ?? null;
    this.watchers = new Set();
    this.listeners = new Set();
  }

  /** Take the room as the server sees it now, for the person it is for. Entries up to its number are in it; later ones may be,
   * and are taken again: that changes nothing, and nobody is told twice. */
  take(snapshot) {
    this.toldUpTo = Math.max(this.toldUpTo, this.state.number, snapshot.number);
    const next = { ...this.state, ...snapshot };
    for (const part of this.parts) {
      if (part.take) next[part.name] = part.take(snapshot[part.name] ?? part.begin ?? null, this.state[part.name]);
    }
    this.set(next);
  }

  /** Take entries [[n, kind, body, at], …] that reach up to `upto`; known ones are left out. Returns the new ones. */
  entries(list, upto) {
    const before = this.state.number;
    const fresh = list
      .filter(([n]) => n > before)
      .sort((one, other) => one[0] - other[0])
      .map(([n, kind, body, at]) => ({ n, kind, body, at }));
    let next = this.state;
    const told = [];
    for (const entry of fresh) {
      const seen = next;
      next = this.reduced(next, entry, entry.kind.split(".")[0]);
      told.push([entry, next, seen]);
    }
    const last = fresh.length ? fresh[fresh.length - 1].n : before;
    this.set({ ...next, number: Math.max(before, upto || 0, last) });
    const first = told.filter(([entry]) => entry.n > this.toldUpTo);
    this.toldUpTo = Math.max(this.toldUpTo, this.state.number);
    for (const [entry, state, seen] of first) for (const listen of this.listeners) listen(entry, state, seen);
    return fresh;
  }

  /** Take what changes many times a second, as it is now. */
  touch(what, body) {
    this.set(this.reduced(this.state, { touch: true, what, body }, what));
  }

  /** Something of this browser's own (a panel that was opened); no part of what the server says. */
  put(name, value) {
    this.set({ ...this.state, [name]: value });
  }

  reduced(state, news, subject) {
    let next = state;
    for (const part of this.parts) {
      if (!part.reduce || (part.name !== subject && !part.hears?.includes(subject))) continue;
      try {
        const own = part.reduce(next[part.name], news, next);
        if (own !== next[part.name]) next = { ...next, [part.name]: own };
      } catch (fault) {
        console.error(`${part.name} does not understand`, news, fault); // the others go on
      }
    }
    return next;
  }

  set(state) {
    if (state === this.state) return;
    this.state = state;
    if (this.due) return;
    this.due = true;
    queueMicrotask(() => {
      this.due = false;
      for (const watch of [...this.watchers]) watch();
    });
  }

  /** Call `watch()` after every change; returns how to stop. */
  watch(watch) {
    this.watchers.add(watch);
    return () => this.watchers.delete(watch);
  }

  /** Call `listen(entry, state, before)` for every new entry of the journal; returns how to stop. */
  listen(listen) {
    this.listeners.add(listen);
    return () => this.listeners.delete(listen);
  }
}

/** What `pick(state)` gives, drawn anew when it changes. Pick parts of the state; what is made anew each time never rests. */
export function useStore(pick) {
  const { store } = useContext(RoomContext);
  const [, draw] = useState(0);
  const picked = pick(store.state);
  useLayoutEffect(() => {
    let shown = picked;
    const look = () => {
      const now = pick(store.state);
      if (now !== shown) draw((n) => n + 1);
      shown = now;
    };
    look();
    return store.watch(look);
  });
  return picked;
}
