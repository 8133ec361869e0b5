// A form with data-autosave="KEY" sends itself as it is filled in and says honestly what is saved.
//
// What was typed is kept in localStorage until the server has it, so a lost connection or a closed tab loses nothing.
// data-version is the server's word for the state the page was made from: kept answers are put back only onto that
// state, never over something newer from another device. An answer of the server may carry a new {"version": …}.
// One request at a time, each with its own Idempotency-Key that its retries repeat. A form with data-clock (the server's
// time in milliseconds when it made the page) sends with its answers when they were given, by that clock, so that the
// server can tell a late retry from a newer answer whatever the device's own clock says. A form with data-autosave-whole
// says in hidden fields what each answer was made from; they are kept and put back with what was typed. An answer of the
// server may carry a {"note": …} for the person.
//
// A script that sends the form itself says "autosave:hold" before and "autosave:go" after, and resets it when it arrived.
const PREFIX = "ctlp:unsaved:";
const PAUSE = 500;
const LONGEST_WAIT = 30000;
const COMES_BACK = 8000;
const KEPT_FOR = 7 * 24 * 3600 * 1000;
const NOT_ANSWERS = ["csrf_token", "idempotency_key"];

export function autosave(part) {
  forgetOld();
  for (const form of part.querySelectorAll("form[data-autosave]")) new Saver(form);
}

class Saver {
  constructor(form) {
    this.form = form;
    this.key = PREFIX + form.dataset.autosave;
    this.state = document.querySelector("[data-saved-state]");
    this.pending = null;
    this.tries = 0;
    this.ahead = form.dataset.clock ? Number(form.dataset.clock) - Date.now() : 0;
    form.addEventListener("input", () => this.changed());
    form.addEventListener("change", () => this.changed());
    form.addEventListener("submit", (event) => setTimeout(() => this.leave(event), 0));
    form.addEventListener("autosave:hold", () => { this.leaving = true; });
    form.addEventListener("autosave:go", () => { this.leaving = false; this.now(); });
    form.addEventListener("reset", () => this.drop());
    addEventListener("online", () => this.now());
    addEventListener("pagehide", () => this.last());
    addEventListener("pageshow", () => { this.leaving = false; });
    document.addEventListener("visibilitychange", () => document.hidden ? this.last() : this.now());
    this.restore();
  }

  /** Put back what an earlier visit could not save, if the server still has the state it was typed onto. */
  restore() {
    const kept = read(this.key);
    if (!kept) return;
    if (kept.version !== (this.form.dataset.version || "")) return forget(this.key);
    fill(this.form, kept.values);
    this.pending = kept;
    this.say("trying");
    this.now();
  }

  changed() {
    this.pending = {
      values: answers(this.form),
      version: this.form.dataset.version || "",
      id: crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random().toString(36).slice(2)}`,
      at: Date.now(),
    };
    keep(this.key, this.pending);
    this.say("unsaved");
    this.later(PAUSE);
  }

  /** What was typed has arrived another way, and the form begins anew. */
  drop() {
    clearTimeout(this.timer);
    this.pending = null;
    this.refused = false;
    forget(this.key);
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), wait);
  }

  now() {
    if (this.pending && !this.refused) this.later(0);
  }

  /** The form itself is being sent, and with it all answers; if that brings no new page, saving goes on. */
  leave(event) {
    if (event.defaultPrevented) return;
    this.leaving = true;
    setTimeout(() => { this.leaving = false; this.now(); }, COMES_BACK);
  }

  /** The page is going away: one last try that outlives it. What it brings is learnt on the next visit. */
  last() {
    if (this.pending && !this.leaving && !this.sending && !this.refused) this.request(this.pending, true).catch(() => {});
  }

  request(pending, outlive = false) {
    const body = new URLSearchParams(pending.values);
    const token = this.form.elements.csrf_token;
    if (token) body.set("csrf_token", token.value);
    if (this.form.dataset.clock) body.set("at", Math.round(pending.at + this.ahead));
    return fetch(this.form.dataset.autosaveUrl || this.form.action, {
      method: "POST",
      body,
      headers: { "Accept": "application/json", "Idempotency-Key": pending.id, "X-Autosave": "1" },
      keepalive: outlive,
      redirect: "manual",
      signal: outlive || !AbortSignal.timeout ? undefined : AbortSignal.timeout(20000),
    });
  }

  async send() {
    if (this.sending || !this.pending || this.leaving) return;
    this.sending = true;
    const sent = this.pending;
    let answer = null;
    try {
      answer = await this.request(sent);
    } catch { /* no connection: tried again below */ }
    this.sending = false;
    if (answer && answer.ok) return this.took(sent, answer);
    if (!this.pending) return;
    const busy = !answer || answer.status >= 500 || [408, 425, 429].includes(answer.status);
    if (!busy) return this.refuse();
    this.say("trying");
    const wait = Math.min(LONGEST_WAIT, 1000 * 2 ** this.tries++);
    this.later(wait * (0.75 + Math.random() / 2));
  }

  async took(sent, answer) {
    const told = await answer.json().catch(() => ({}));
    if (!this.pending) return;
    if (told.version !== undefined) this.form.dataset.version = told.version;
    this.tries = 0;
    if (this.pending !== sent) {
      this.pending.version = this.form.dataset.version || "";
      keep(this.key, this.pending);
      return this.later(0);
    }
    this.pending = null;
    if ((read(this.key) || sent).id === sent.id) forget(this.key); // another tab may have kept its own
    this.say("saved");
    if (told.note && this.state) this.state.textContent = told.note;
  }

  /** The server will not take it (time over, signed out, newer answer elsewhere): say so, keep what was typed. */
  refuse() {
    this.refused = true;
    this.say("refused");
  }

  say(state) {
    if (!this.state || this.state.dataset.savedState === state && this.state.textContent) return;
    this.state.dataset.savedState = state;
    this.state.textContent = this.state.dataset[state];
  }
}

function answers(form) {
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !NOT_ANSWERS.includes(name));
}

function fill(form, values) {
  for (const field of form.elements) {
    if (!field.name || field.type === "submit" || NOT_ANSWERS.includes(field.name)) continue;
    if (field.type === "hidden" && !("autosaveWhole" in form.dataset)) continue;
    const own = values.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "radio" || field.type === "checkbox") field.checked = own.includes(field.value);
    else if (field.type === "select-multiple") for (const option of field.options) option.selected = own.includes(option.value);
    else if (own.length) field.value = own[0];
  }
}

// Storage may be full or forbidden; then answers are only sent, not kept.
function keep(key, value) {
  try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* see above */ }
}

function read(key) {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
}

function forget(key) {
  try { localStorage.removeItem(key); } catch { /* see above */ }
}

function forgetOld() {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX) && !((read(key) || {}).at > Date.now() - KEPT_FOR)) forget(key);
    }
  } catch { /* see above */ }
}
