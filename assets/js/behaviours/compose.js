// A form with data-composer="ADDRESS" is where somebody writes a post.
//
// “@” offers members by their faces (asked from the address); the one picked is put into the text and sent along by id.
// “Quote” takes the passage that is selected in a post, else all of it. In a topic the form sends itself: on a lost line
// it is tried again until it arrives, and since its client id stays the same it is one post. Whatever the server refuses
// is then sent the plain way, so that the page says why and what was typed stays.
const LONGEST_WAIT = 20000;
const MENTION = /(?:^|\s)@([^\s@]{0,40}(?: [^\s@]{1,40})?)$/u;
const SEARCH_AFTER = 200;
const MOST_LINES = 12;

export function compose(part) {
  for (const form of part.querySelectorAll("form[data-composer]")) {
    new Mentions(form);
    grow(form);
    if (form.classList.contains("composer")) new Sending(form);
  }
  part.addEventListener("click", quote);
}

/** The field is as high as its text, up to a limit. */
function grow(form) {
  const field = form.elements.text;
  const fit = () => {
    if (field.rows > 4) return;
    field.style.blockSize = "auto";
    const line = parseFloat(getComputedStyle(field).lineHeight) || 24;
    field.style.blockSize = `${Math.min(field.scrollHeight + 2, line * MOST_LINES)}px`;
  };
  field.addEventListener("input", fit);
  form.addEventListener("reset", () => setTimeout(fit, 0));
  if (field.value) fit();
}

// ------------------------------------------------------------------------------------------------ quoting

/** The link works by itself; here it takes what is selected, without loading the page again. */
function quote(event) {
  const link = event.target.closest("a[data-quote]");
  const form = document.getElementById("composer");
  if (!link || !form || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const text = link.closest("[data-post]").querySelector("[data-post-text]");
  const passage = selected(text) || text.innerText.trim();
  const field = form.elements.quote_text;
  event.preventDefault();
  form.elements.quote_of.value = link.dataset.quote;
  field.disabled = false;
  field.value = passage.slice(0, field.maxLength > 0 ? field.maxLength : 1000);
  form.querySelector("[data-composer-quote]").hidden = false;
  const more = form.querySelector("details");
  if (more) more.open = true;
  form.elements.text.focus();
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function selected(text) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return "";
  const range = selection.getRangeAt(0);
  return text.contains(range.commonAncestorContainer) ? selection.toString().trim() : "";
}

// ------------------------------------------------------------------------------------------------ mentions

class Mentions {
  constructor(form) {
    this.form = form;
    this.field = form.elements.text;
    this.list = document.createElement("ul");
    Object.assign(this.list, { className: "mention-list", id: "mention-list", hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", form.dataset.people);
    this.field.after(this.list);
    this.field.setAttribute("aria-autocomplete", "list");
    this.field.setAttribute("aria-controls", this.list.id);
    this.field.addEventListener("input", () => this.typed());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.pick(event.target.closest("[role=option]")));
  }

  before() {
    return this.field.value.slice(0, this.field.selectionStart);
  }

  typed() {
    clearTimeout(this.timer);
    const found = MENTION.exec(this.before());
    if (!found) return this.close();
    this.timer = setTimeout(() => this.ask(found[1]), SEARCH_AFTER);
  }

  async ask(words) {
    try {
      const answer = await fetch(`${this.form.dataset.composer}?q=${encodeURIComponent(words)}`);
      if (!answer.ok) return this.close();
      const { people } = await answer.json();
      if (MENTION.exec(this.before())?.[1] === words) this.show(people, words);
    } catch {
      this.close();
    }
  }

  show(people, words) {
    if (!people.length && words.includes(" ")) return this.close();
    this.list.replaceChildren(...people.slice(0, 8).map((one, place) => {
      const item = document.createElement("li");
      Object.assign(item, { id: `mention-option-${place}`, textContent: one.label, dir: "auto" });
      item.setAttribute("role", "option");
      item.dataset.id = one.id;
      return item;
    }));
    if (!people.length) {
      const none = document.createElement("li");
      none.textContent = this.form.dataset.none;
      none.className = "meta";
      this.list.append(none);
    }
    this.list.hidden = false;
    this.place();
    this.choose(this.list.querySelector("[role=option]"));
  }

  /** Above the field, or below it where there is more room: the field itself may scroll within its form. */
  place() {
    const box = this.field.getBoundingClientRect();
    const above = box.top > innerHeight - box.bottom;
    Object.assign(this.list.style, {
      insetInline: "auto",
      left: `${box.left}px`,
      width: `${Math.min(box.width, 352)}px`,
      top: above ? "auto" : `${box.bottom + 4}px`,
      bottom: above ? `${innerHeight - box.top + 4}px` : "auto",
    });
  }

  choose(item) {
    this.list.querySelector("[aria-selected]")?.removeAttribute("aria-selected");
    item?.setAttribute("aria-selected", "true");
    if (item) this.field.setAttribute("aria-activedescendant", item.id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (this.list.hidden) return;
    const chosen = this.list.querySelector("[aria-selected]");
    if (event.key === "Escape") this.close();
    else if (event.key === "ArrowDown") this.choose(chosen?.nextElementSibling || this.list.firstElementChild);
    else if (event.key === "ArrowUp") this.choose(chosen?.previousElementSibling || this.list.lastElementChild);
    else if ((event.key === "Enter" || event.key === "Tab") && chosen) this.pick(chosen);
    else return;
    event.preventDefault();
  }

  pick(item) {
    if (!item) return;
    const before = this.before();
    const found = MENTION.exec(before);
    if (!found) return this.close();
    const start = before.length - found[1].length;
    this.field.setRangeText(`${item.textContent} `, start, before.length, "end");
    if (!this.form.querySelector(`input[name=mentions][value="${CSS.escape(item.dataset.id)}"]`)) {
      const id = document.createElement("input");
      Object.assign(id, { type: "hidden", name: "mentions", value: item.dataset.id });
      id.dataset.picked = "";
      this.form.append(id);
    }
    this.close();
    this.field.focus();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  close() {
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.field.removeAttribute("aria-activedescendant");
  }
}

// ------------------------------------------------------------------------------------------------ sending

class Sending {
  constructor(form) {
    this.form = form;
    this.state = form.querySelector("[data-saved-state]");
    form.addEventListener("submit", (event) => this.submit(event), { capture: true });
    form.elements.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) form.requestSubmit();
    });
    addEventListener("online", () => this.waiting && this.send());
  }

  submit(event) {
    if (event.submitter?.hasAttribute("formaction")) return; // to the draft, or to choosing
    event.preventDefault();
    event.stopPropagation();
    if (this.body) return;
    this.form.dispatchEvent(new CustomEvent("autosave:hold"));
    this.body = new URLSearchParams(new FormData(this.form));
    this.tries = 0;
    this.busy(true);
    this.send();
  }

  async send() {
    clearTimeout(this.waiting);
    this.waiting = null;
    this.say("sending");
    let answer = null;
    try {
      const headers = { "Accept": "application/json" };
      const signal = AbortSignal.timeout ? AbortSignal.timeout(20000) : undefined;
      answer = await fetch(this.form.action, { method: "POST", body: this.body, headers, redirect: "manual", signal });
    } catch { /* no connection: tried again below */ }
    if (answer?.ok) return this.sent(await answer.json());
    if (answer && answer.status < 500 && ![408, 425, 429].includes(answer.status)) return this.plainly();
    this.say("unsent");
    this.waiting = setTimeout(() => this.send(), Math.min(LONGEST_WAIT, 1000 * 2 ** this.tries++) * (0.75 + Math.random() / 2));
  }

  /** It is there: show it (the announcement brings it, too, under the same id), and make room for the next one. */
  sent({ number, html, client_id: clientId, idempotency_key: key }) {
    const piece = document.createElement("template");
    piece.innerHTML = html;
    const posts = document.querySelector(".posts");
    if (!document.getElementById(`p-${number}`)) {
      const made = piece.content.firstElementChild;
      posts.append(made);
      made.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
    }
    this.body = null;
    this.clear(clientId, key);
    this.busy(false);
    this.say("sent");
    document.getElementById(`p-${number}`)?.scrollIntoView({ block: "nearest" });
    this.form.elements.text.focus({ preventScroll: true });
  }

  clear(clientId, key) {
    const { form } = this;
    for (const field of [form.elements.text, form.elements.quote_text]) field.defaultValue = "";
    for (const picked of form.querySelectorAll("[data-picked]")) picked.remove();
    form.querySelector(".composer-chosen")?.remove();
    form.querySelector("[data-composer-quote]").hidden = true;
    form.elements.quote_text.disabled = true;
    form.elements.quote_of.value = "";
    form.elements.client_id.value = clientId;
    form.elements.idempotency_key.value = key;
    form.dataset.version = clientId;
    form.reset(); // what saves drafts starts anew, too
    form.dispatchEvent(new CustomEvent("autosave:go"));
  }

  /** Refused: the plain way brings the page that says why. */
  plainly() {
    this.busy(false);
    this.form.submit();
  }

  busy(on) {
    this.form.elements.text.readOnly = on;
    const button = this.form.querySelector(".composer-line button");
    if (on) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }

  say(state) {
    if (this.state) this.state.textContent = this.form.dataset[state];
  }
}
