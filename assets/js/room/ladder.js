// The ladder: full, low, sound, text. It steps down by itself when the line does not carry the present step, and up only
// when somebody asks; what it goes by is measured: how long a word and its answer take, beats without answer, and what the
// media part reports of loss and freezes.
export const STEPS = ["full", "low", "sound", "text"];
const KEPT = 6; // measurements
const SLOW = { full: 900, low: 1500, sound: 3000 }; // ms: an answer that takes longer is a bad sign on that step
const LOSS = { full: 0.06, low: 0.1, sound: 0.2 }; // share of packets
const BAD_SIGNS = 3; // in a row, or so many of those kept
const GRACE = 20000; // ms after a change in which nothing is judged
const GOOD_FOR = 30000; // ms of a good line before more is offered
const KEPT_AS = "ctlp-room-step";

export class Ladder {
  /** `steps`: those that this room's media have. `room`: its id, under which the step is kept for this tab. */
  constructor(room, steps = STEPS) {
    this.steps = STEPS.filter((one) => steps.includes(one));
    this.kept = `${KEPT_AS}-${room}`;
    this.step = this.first();
    this.signs = [];
    this.rtt = null;
    this.changedAt = performance.now();
    this.goodSince = null;
    this.watchers = new Set();
    this.why = "";
  }

  first() {
    const kept = stored(this.kept);
    if (this.steps.includes(kept)) return kept;
    const line = navigator.connection;
    if (line?.effectiveType === "slow-2g" && this.steps.includes("text")) return "text";
    if ((line?.saveData || line?.effectiveType === "2g") && this.steps.includes("low")) return "low";
    return this.steps[0];
  }

  /** What the line measured: { rtt } in ms, { lost: true }, or {}: something came through, after a time that says nothing. */
  measured({ rtt, lost }) {
    if (rtt === undefined && !lost) return this.sign(false);
    this.rtt = lost ? null : rtt;
    this.sign(lost || rtt > (SLOW[this.step] ?? Infinity), lost ? 2 : 1);
  }

  /** What the media part measured over some seconds: { loss: share, frozen: bool, rtt }; what it does not know it leaves out. */
  report({ loss = 0, frozen = false, rtt = 0 } = {}) {
    this.sign(frozen || loss > (LOSS[this.step] ?? 1) || rtt > (SLOW[this.step] ?? Infinity));
  }

  /** The line was lost and is back, or beats stayed without answer. */
  cut() {
    this.sign(true);
  }

  sign(bad, weight = 1) {
    const now = performance.now();
    this.goodSince = bad ? null : this.goodSince ?? now;
    if (now - this.changedAt < GRACE && !(bad && weight > 1)) return this.tell();
    for (let i = 0; i < weight; i += 1) this.signs.push(bad);
    this.signs = this.signs.slice(-KEPT);
    const below = this.below();
    if (bad && below && this.signs.filter(Boolean).length >= BAD_SIGNS) this.go(below, "line");
    else this.tell();
  }

  /** Whether the line has been good long enough for more to be offered. */
  get mayRise() {
    return Boolean(this.above()) && this.goodSince !== null && performance.now() - this.goodSince > GOOD_FOR;
  }

  /** How good the line is, 0 (lost) to 3, honestly: by what was measured, not by what is wished for. */
  get bars() {
    const bad = this.signs.filter(Boolean).length;
    if (this.rtt === null) return this.signs.length ? 0 : 2;
    if (this.rtt > 1500 || bad >= 2) return 1;
    return this.rtt > 400 || bad ? 2 : 3;
  }

  /** Somebody asks for a step, up or down. */
  ask(step) {
    if (this.steps.includes(step) && step !== this.step) this.go(step, "asked");
  }

  above() {
    return this.steps[this.steps.indexOf(this.step) - 1];
  }

  below() {
    return this.steps[this.steps.indexOf(this.step) + 1];
  }

  go(step, why) {
    const before = this.step;
    this.step = step;
    this.why = why;
    this.signs = [];
    this.goodSince = null;
    this.changedAt = performance.now();
    store(this.kept, step);
    this.tell(before);
  }

  tell(before = this.step) {
    for (const watch of [...this.watchers]) watch(this.step, before, this.why);
  }

  /** Call `watch(step, before, why)` at every change and measurement; returns how to stop. */
  watch(watch) {
    this.watchers.add(watch);
    return () => this.watchers.delete(watch);
  }
}

function stored(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null; // a browser that keeps nothing
  }
}

function store(key, value) {
  try {
    sessionStorage.setItem(key, value);
  } catch {
    // the step then holds until the page is left
  }
}
