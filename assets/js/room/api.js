// What people do goes by HTTP, each act with an id made here: sent again after a lost answer it is still done once.
//
// post(path, body) → { ok, status, body, problem }. While the line is lost it waits and tries again, in the order of the
// part's acts (the path's first word is the lane). `waiting` says what is not sent yet; watch it with onWaiting.
const TIMEOUT = 20000;
const FIRST_WAIT = 800;
const LONGEST_WAIT = 10000;
const AGAIN = new Set([408, 425, 429, 500, 502, 503, 504]);

export class Api {
  /** `base`: "/webinars/<id>/room"; `csrf`: the page's token; `on`: { waiting(list), signedOut(), gone(), number(n) }. */
  constructor(base, csrf, on = {}) {
    Object.assign(this, { base, csrf, on, waiting: [], lanes: new Map() });
    addEventListener("online", () => this.nudge());
  }

  /** Read something of the room: { ok, status, body }. Throws when the line is lost. */
  async get(path, { signal, timeout = TIMEOUT } = {}) {
    const answer = await fetch(this.address(path), {
      headers: { Accept: "application/json", "X-Background": "1", "X-Requested-With": "XMLHttpRequest" },
      redirect: "manual",
      cache: "no-store",
      signal: either(signal, timeout),
    });
    return this.read(answer);
  }

  /** Do something; see above. `key`: an id made before (a message keeps its own), `patient: false`: one try only. */
  post(path, body = {}, options = {}) {
    const act = { key: options.key || newKey(), path, body, at: Date.now(), tries: 0, patient: options.patient ?? true };
    const lane = options.lane || path.split("/")[0];
    const before = this.lanes.get(lane) || Promise.resolve();
    this.note([...this.waiting, act]);
    const done = before.then(() => this.carry(act)).finally(() => this.note(this.waiting.filter((one) => one !== act)));
    this.lanes.set(lane, done.catch(() => undefined));
    return done;
  }

  async carry(act) {
    for (;;) {
      try {
        const answer = await this.send(act);
        if (!AGAIN.has(answer.status) || !act.patient) return answer;
        await this.rest(act, answer.again);
      } catch {
        if (!act.patient) return { ok: false, status: 0, body: {}, problem: "line" };
        await this.rest(act);
      }
    }
  }

  async send(act) {
    const file = act.body instanceof FormData;
    const answer = await fetch(this.address(act.path), {
      method: "POST",
      headers: {
        Accept: "application/json",
        "Idempotency-Key": act.key,
        "X-CSRFToken": this.csrf,
        "X-Requested-With": "XMLHttpRequest",
        ...(file ? {} : { "Content-Type": "application/json" }),
      },
      body: file ? act.body : JSON.stringify(act.body),
      redirect: "manual",
      signal: either(undefined, file ? 600000 : TIMEOUT),
    });
    return this.read(answer);
  }

  /** Understand an answer: what is refused says why in `problem`. */
  async read(answer) {
    if (answer.type === "opaqueredirect" || answer.status === 401) {
      this.on.signedOut?.();
      return { ok: false, status: 401, body: {}, problem: "signed out" };
    }
    const json = (answer.headers.get("Content-Type") || "").includes("json");
    const body = json ? await answer.json() : {};
    if (answer.ok) {
      if (typeof body.number === "number") this.on.number?.(body.number);
      return { ok: true, status: answer.status, body, problem: "" };
    }
    if (answer.status === 404 || answer.status === 410) this.on.gone?.();
    const again = Number(answer.headers.get("Retry-After")) * 1000 || 0;
    return { ok: false, status: answer.status, body, problem: problemOf(body) || String(answer.status), again };
  }

  /** Wait before the next try: longer each time, spread at random, cut short when the browser is online again. */
  rest(act, least = 0) {
    act.tries += 1;
    this.note([...this.waiting]);
    const wait = Math.max(least, Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (act.tries - 1)) * (0.5 + Math.random() / 2));
    return new Promise((go) => {
      const timer = setTimeout(go, wait);
      act.wake = () => {
        clearTimeout(timer);
        go();
      };
    });
  }

  /** The line is back: what waits is tried at once. */
  nudge() {
    for (const act of this.waiting) act.wake?.();
  }

  note(waiting) {
    this.waiting = waiting;
    this.on.waiting?.(waiting);
  }

  address(path) {
    return path.startsWith("/") ? path : `${this.base}/${path}`;
  }
}

/** An id for one act of this browser. */
export function newKey() {
  return crypto.randomUUID ? crypto.randomUUID() : [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
}

function problemOf(body) {
  if (typeof body.detail === "string") return body.detail;
  const [first] = Object.values(body.errors || {}).flat();
  return typeof first === "string" ? first : "";
}

/** A signal that ends with the given one, or after a time. */
function either(signal, timeout) {
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), timeout);
  ending.signal.addEventListener("abort", () => clearTimeout(timer));
  if (signal?.aborted) ending.abort();
  signal?.addEventListener("abort", () => ending.abort(), { once: true });
  return ending.signal;
}
