// Files are sent at once when they are chosen or dropped: in pieces (tus), two at a time, each with its own progress. A lost
// line is waited for; after a reload the same file, chosen again, goes on where it was. Nothing is kept in the browser: the
// page says which uploads of this person are unfinished. The form then carries the ids of what has arrived.
import { Upload } from "tus-js-client";

const AT_ONCE = 2;
const DELAYS = [0, 1000, 3000, 5000, 10000, 20000];
const TRY_AGAIN = 30000;
const ASK_AGAIN = 1500;
const ASK_TIMES = 40;
const CALM = 8000;
const OVER = ["arrived", "ready", "refused", "unfinished"];

export function upload(part) {
  for (const element of part.querySelectorAll("[data-upload]")) new Field(element);
}

class Field {
  constructor(element) {
    this.element = element;
    this.form = element.closest("form");
    this.input = element.querySelector("input[type=file]");
    this.list = element.querySelector("[data-upload-list]");
    this.status = element.querySelector("[data-upload-status]");
    this.template = element.querySelector("[data-upload-item]");
    this.items = [];
    this.told = 0;
    element.querySelector("[data-upload-or]").hidden = false;
    element.classList.add("upload--at-once");
    this.input.required = false;
    this.input.addEventListener("change", () => this.choose());
    this.form.addEventListener("submit", (event) => this.submit(event));
    this.takeDrops(element.querySelector("[data-upload-drop]"));
    addEventListener("online", () => this.items.forEach((item) => item.state === "broken" && item.go()));
    for (const row of JSON.parse(element.dataset.unfinished)) this.items.push(new Item(this, null, row));
    this.show();
  }

  takeDrops(zone) {
    const over = (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      zone.classList.toggle("upload-drop--over", event.type === "dragover");
    };
    for (const name of ["dragover", "dragleave"]) zone.addEventListener(name, over);
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.classList.remove("upload-drop--over");
      this.add([...event.dataTransfer.files]);
    });
  }

  /** Take the chosen files from the input: they go by themselves, not with the form. */
  choose() {
    const files = [...this.input.files];
    this.input.value = "";
    this.add(files);
  }

  add(files) {
    if (!this.input.multiple && files.length) {
      files = files.slice(0, 1);
      [...this.items].forEach((item) => item.row.fingerprint !== fingerprint(files[0]) && item.cancel());
    }
    for (const file of files) {
      const mark = fingerprint(file);
      const known = this.items.find((item) => item.row.fingerprint === mark);
      if (!known) this.items.push(new Item(this, file, { name: file.name, length: file.size, fingerprint: mark }));
      else if (known.state === "unfinished") known.take(file);
    }
    this.show();
    this.next();
  }

  /** Begin what waits while there is room. */
  next() {
    const busy = this.items.filter((item) => item.state === "sending").length;
    this.items.filter((item) => item.state === "waiting").slice(0, Math.max(0, AT_ONCE - busy)).forEach((item) => item.go());
    this.tell();
    this.sendWhenDone();
  }

  remove(item) {
    const place = this.items.indexOf(item);
    this.items.splice(place, 1);
    item.element.remove();
    this.show();
    const near = this.items[Math.min(place, this.items.length - 1)];
    (near ? near.button("cancel") : this.input).focus();
    this.next();
  }

  show() {
    this.list.hidden = !this.items.length;
  }

  submit(event) {
    if (event.defaultPrevented || this.items.every((item) => OVER.includes(item.state))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.wanted = event.submitter || true;
    this.status.textContent = this.word("wait");
  }

  sendWhenDone() {
    if (!this.wanted || !this.items.every((item) => OVER.includes(item.state))) return;
    const submitter = this.wanted === true ? undefined : this.wanted;
    this.wanted = null;
    if (this.items.some((item) => item.state === "refused")) return; // that is to be read first
    this.form.requestSubmit(submitter);
  }

  /** Say how many are there, not more often than somebody can listen. */
  tell(now = false) {
    const own = this.items.filter((item) => item.state !== "unfinished");
    const done = own.filter((item) => ["arrived", "ready"].includes(item.state)).length;
    if (this.wanted || !own.length || !now && done < own.length && Date.now() - this.told < CALM) return;
    this.told = Date.now();
    this.status.textContent = this.word("all", { done, count: own.length });
  }

  word(name, values = {}) {
    const plain = this.element.dataset[`say${name[0].toUpperCase()}${name.slice(1)}`];
    return plain.replace(/\{(\w+)\}/g, (_whole, key) => values[key]);
  }

  headers() {
    return { "X-CSRFToken": this.form.elements.csrf_token.value };
  }
}

/** One file on its way. States: waiting, sending, paused, broken, arrived, ready, refused, failed, unfinished. */
class Item {
  constructor(field, file, row) {
    this.field = field;
    this.file = file;
    this.row = row;
    this.sent = row.offset || 0;
    this.element = field.template.content.firstElementChild.cloneNode(true);
    this.element.querySelector("[data-upload-name]").textContent = row.name;
    this.element.querySelector("[data-upload-size]").textContent = size(row.length);
    this.bar = this.element.querySelector("progress");
    this.bar.setAttribute("aria-label", row.name);
    for (const [name, act] of [["pause", () => this.pause()], ["go", () => this.go()], ["cancel", () => this.cancel()]]) {
      const button = this.button(name);
      button.addEventListener("click", act);
      button.setAttribute("aria-label", `${button.textContent.trim()}: ${row.name}`);
    }
    field.list.append(this.element);
    this.begin();
  }

  begin() {
    const largest = Number(this.field.element.dataset.largest);
    if (!this.file && this.sent < this.row.length) return this.become("unfinished");
    if (!this.file) return this.arrive();
    if (!this.row.length) return this.become("refused", this.field.word("empty"));
    if (this.row.length > largest) return this.become("refused", this.field.word("large"));
    this.become("waiting");
  }

  /** The file of an unfinished upload was chosen again. */
  take(file) {
    this.file = file;
    this.become("waiting");
  }

  button(name) {
    return this.element.querySelector(`[data-upload-${name}]`);
  }

  go() {
    clearTimeout(this.timer);
    this.become("sending");
    this.upload = this.upload || this.made();
    this.upload.start();
  }

  made() {
    return new Upload(this.file, {
      endpoint: this.field.element.dataset.begin,
      uploadUrl: this.row.url || null,
      chunkSize: Number(this.field.element.dataset.piece),
      retryDelays: DELAYS,
      storeFingerprintForResuming: false,
      metadata: { filename: this.row.name, fingerprint: this.row.fingerprint, strip: this.field.form.elements.strip?.checked ? "1" : "0" },
      headers: { ...this.field.headers(), "Idempotency-Key": crypto.randomUUID ? crypto.randomUUID() : this.row.fingerprint + Date.now() },
      onShouldRetry: (error) => navigator.onLine && passing(error),
      onProgress: (sent) => this.progress(sent),
      onUploadUrlAvailable: () => { this.row.url = this.upload.url; },
      onError: (error) => this.fail(error),
      onSuccess: () => this.arrive(),
    });
  }

  pause() {
    this.upload.abort();
    this.become("paused");
    this.button("go").focus();
    this.field.next();
  }

  progress(sent) {
    if (this.state !== "sending") return;
    this.sent = sent;
    this.become("sending");
    this.field.tell();
  }

  fail(error) {
    const answer = error.originalResponse;
    const status = answer ? answer.getStatus() : 0;
    if (passing(error)) {
      this.become("broken");
      this.timer = setTimeout(() => this.state === "broken" && this.go(), TRY_AGAIN);
    } else if (status === 404 || status === 410) {
      this.become("refused", this.field.word("ended"));
    } else if (answer && (answer.getHeader("Content-Type") || "").startsWith("text/plain") && answer.getBody()) {
      this.become("refused", answer.getBody().slice(0, 300));
    } else {
      this.become("failed");
    }
    this.field.next();
  }

  /** Everything is there: the form may carry it; ask what the checks say. */
  arrive() {
    this.sent = this.row.length;
    const id = document.createElement("input");
    id.type = "hidden";
    id.name = "upload";
    id.value = this.row.url.split("/").pop();
    this.element.append(id);
    this.id = id;
    this.become("arrived");
    this.ask(ASK_TIMES);
    this.field.tell(true);
    this.field.next();
  }

  async ask(times) {
    const answer = await fetch(this.row.url, { headers: { "Accept": "application/json" }, redirect: "manual" }).catch(() => null);
    const told = answer && answer.ok ? await answer.json().catch(() => null) : null;
    if (!this.element.isConnected) return;
    if (told && ["refused", "quarantined"].includes(told.state)) {
      this.id.remove();
      this.become("refused", told.words);
      this.field.status.textContent = `${this.row.name}: ${told.words}`;
    } else if (told && told.state === "ready") {
      this.become("ready", [told.words, ...told.notes].join(". "));
    } else if (times > 1) {
      setTimeout(() => this.ask(times - 1), ASK_AGAIN);
    }
  }

  cancel() {
    clearTimeout(this.timer);
    if (this.upload) this.upload.abort();
    if (this.row.url) fetch(this.row.url, { method: "DELETE", headers: this.field.headers() }).catch(() => {});
    this.field.remove(this);
  }

  become(state, words) {
    this.state = state;
    const percent = share(this.row.length ? this.sent / this.row.length : 0);
    this.element.dataset.state = state;
    this.bar.hidden = ["refused", "ready"].includes(state);
    this.bar.value = this.row.length ? 100 * this.sent / this.row.length : 0;
    this.element.querySelector("[data-upload-state]").textContent = words || this.field.word(state, { percent });
    this.button("pause").hidden = state !== "sending";
    this.button("go").hidden = !["paused", "broken", "failed"].includes(state);
  }
}

/** Whether an error goes away by waiting: no line, a busy platform, another piece still being written. */
function passing(error) {
  const status = error.originalResponse ? error.originalResponse.getStatus() : 0;
  return !error.originalResponse || status === 0 || status >= 500 || [408, 409, 423, 429].includes(status);
}

/** A short word for a file that tells it from others of the same person; the server keeps it with the upload. */
function fingerprint(file) {
  let hash = 0;
  for (const letter of `${file.name}|${file.type}`) hash = (hash * 31 + letter.codePointAt(0)) >>> 0;
  return `${file.size}-${file.lastModified}-${hash}`;
}

function share(value) {
  return new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(Math.floor(value * 100) / 100);
}

function size(octets) {
  const [value, unit] = octets >= 1e6 ? [octets / 1e6, "megabyte"] : [Math.ceil(octets / 1000), "kilobyte"];
  const style = { style: "unit", unit, maximumFractionDigits: unit === "megabyte" ? 1 : 0 };
  return new Intl.NumberFormat(document.documentElement.lang, style).format(value);
}
