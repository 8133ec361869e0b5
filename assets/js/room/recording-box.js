// What was recorded waits in this browser until the server has it: pieces by recording, take and index in IndexedDB, sent one
// after the other, tried again for as long as it takes, also after a reload or from another page of the same session.
const NAME = "ctlp-recording";
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 20000;
const TIMEOUT = 60000;

export class Box {
  /** `base`: "/webinars/<id>/room"; `csrf`: the page's token; `tell(waiting, lost)` after every change. */
  constructor(base, csrf, tell) {
    Object.assign(this, { base, csrf, tell, tries: 0, waiting: 0 });
    this.opened = open();
    addEventListener("online", () => this.wake?.());
  }

  /** Keep a piece, then send what there is. */
  async put(recording, take, index, blob, at, length) {
    await this.change("pieces", (store) => store.put({ base: this.base, recording, take, index, blob, at, length }));
    this.pump();
  }

  /** Keep how many pieces a take has; told to the server when all of them are there. */
  async end(recording, take, pieces) {
    await this.change("ends", (store) => store.put({ base: this.base, recording, take, pieces }));
    this.pump();
  }

  /** Send what is kept, in its order; one at a time, however often it is called. */
  async pump() {
    if (this.pumping) return;
    this.pumping = true;
    try {
      for (let one = await this.next(); one; one = await this.next()) {
        if (await this.send(one)) this.tries = 0;
        else await this.rest();
      }
    } finally {
      this.pumping = false;
    }
  }

  async next() {
    const pieces = await this.all("pieces");
    const ends = await this.all("ends");
    this.waiting = pieces.length;
    this.tell(this.waiting, this.tries > 1);
    return pieces[0] || ends[0];
  }

  /** Send one thing; true when it need not be sent again. */
  async send(one) {
    const room = `${this.base}/recording/${one.recording}`;
    const piece = one.blob !== undefined;
    const path = piece ? `${room}/chunks/${one.index}?take=${one.take}&at=${one.at}&for=${one.length}` : `${room}/end`;
    const body = piece ? one.blob : JSON.stringify({ take: one.take, pieces: one.pieces });
    const status = await this.post(path, body, piece ? "application/octet-stream" : "application/json");
    const done = status === 200 || status === 201 || [404, 409, 413, 422].includes(status); // refused for good: no use to try
    if (!done) return false;
    const key = piece ? [one.base, one.recording, one.take, one.index] : [one.base, one.recording, one.take];
    await this.change(piece ? "pieces" : "ends", (store) => store.delete(key));
    return true;
  }

  async post(path, body, type) {
    const ending = new AbortController();
    const timer = setTimeout(() => ending.abort(), TIMEOUT);
    try {
      const headers = { "Content-Type": type, Accept: "application/json", "X-CSRFToken": this.csrf, "X-Requested-With": "XMLHttpRequest" };
      const answer = await fetch(path, { method: "POST", headers, body, redirect: "manual", signal: ending.signal });
      return answer.status;
    } catch {
      return 0;
    } finally {
      clearTimeout(timer);
    }
  }

  rest() {
    this.tries += 1;
    this.tell(this.waiting, this.tries > 1);
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (this.tries - 1)) * (0.5 + Math.random() / 2);
    return new Promise((go) => {
      const timer = setTimeout(go, wait);
      this.wake = () => {
        clearTimeout(timer);
        go();
      };
    });
  }

  /** What is kept for this session, in its order. */
  async all(store) {
    const box = await this.opened;
    const range = IDBKeyRange.bound([this.base], [this.base, []]);
    return asked(box.transaction(store).objectStore(store).getAll(range));
  }

  async change(name, act) {
    const box = await this.opened;
    return asked(act(box.transaction(name, "readwrite").objectStore(name)));
  }
}

function open() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("pieces", { keyPath: ["base", "recording", "take", "index"] });
    request.result.createObjectStore("ends", { keyPath: ["base", "recording", "take"] });
  };
  return asked(request);
}

function asked(request) {
  return new Promise((good, bad) => {
    request.onsuccess = () => good(request.result);
    request.onerror = () => bad(request.error);
  });
}
