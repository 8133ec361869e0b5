// Words marked in a text with data-draft-text may be commented on, or others suggested for them: a small bar appears.
//
// The server finds the passage by its words and by some of what stands before and behind them. Without this script the
// same forms take a passage that was copied.
const LONGEST = 1000;
const AROUND = 60;

export function passages(part) {
  const bar = part.querySelector("[data-draft-selection]");
  const inline = part.querySelector("form[data-draft-inline]");
  if (bar) new Bar(bar, part.querySelector("#draft-comment"));
  else if (inline) fillIn(inline);
  for (const link of part.querySelectorAll(".draft-text")) link.addEventListener("click", openThread);
}

class Bar {
  constructor(bar, dialog) {
    Object.assign(this, { bar, dialog, form: dialog.querySelector("[data-draft-form]") });
    document.addEventListener("selectionchange", () => this.later());
    bar.addEventListener("mousedown", (event) => event.preventDefault()); // the passage stays marked
    bar.querySelector("[data-draft-comment]").addEventListener("click", () => this.comment());
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), 200);
  }

  look() {
    this.passage = chosen();
    this.bar.hidden = !this.passage;
    if (!this.passage) return;
    const { quote, before, after, text } = this.passage;
    const query = new URLSearchParams({ quote, before, after });
    this.bar.querySelector("[data-draft-suggest]").href = `${text.dataset.suggestUrl}?${query}`;
    this.place();
  }

  /** Beside the passage where there is room; the style sheet keeps it at the thumb on phones. */
  place() {
    if (getComputedStyle(this.bar).position !== "absolute") return;
    const box = this.passage.range.getBoundingClientRect();
    const within = (this.bar.offsetParent || document.body).getBoundingClientRect();
    const most = within.width - this.bar.offsetWidth - 8;
    this.bar.style.top = `${box.bottom - within.top + 8}px`;
    this.bar.style.left = `${Math.max(8, Math.min(most, box.left - within.left))}px`;
  }

  comment() {
    const { quote, before, after, text } = this.passage;
    this.form.action = text.dataset.commentUrl;
    for (const [name, value] of Object.entries({ quote, before, after })) this.form.elements[name].value = value;
    this.dialog.querySelector("[data-draft-quote]").textContent = quote;
    this.bar.hidden = true;
    this.dialog.showModal();
    this.form.elements.text.focus();
  }
}

/** On a section's own page the form stands below: what is marked goes into it, while nothing was typed by hand. */
function fillIn(form) {
  const field = form.elements.quote;
  let own = field.value;
  document.addEventListener("selectionchange", () => {
    const passage = chosen();
    if (!passage || field.value !== own) return;
    own = field.value = passage.quote;
    form.elements.before.value = passage.before;
    form.elements.after.value = passage.after;
  });
}

/** Return the passage that is marked, when it lies within one text; null otherwise. */
function chosen() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const text = textOf(range.startContainer);
  if (!text || !text.contains(range.endContainer)) return null;
  const quote = words(range);
  if (!quote || quote.length > LONGEST) return null;
  const before = words(span(text, (one) => one.setEnd(range.startContainer, range.startOffset)), false).slice(-AROUND);
  const after = words(span(text, (one) => one.setStart(range.endContainer, range.endOffset)), false).slice(0, AROUND);
  return { quote, before, after, text, range };
}

function textOf(node) {
  const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  return element && element.closest("[data-draft-text]");
}

function span(text, cut) {
  const range = document.createRange();
  range.selectNodeContents(text);
  cut(range);
  return range;
}

/** The words of a range as the server counts them: without the numbers of comments, blanks folded. */
function words(range, trimmed = true) {
  const piece = range.cloneContents();
  for (const number of piece.querySelectorAll(".draft-number")) number.remove();
  const folded = piece.textContent.replace(/\s+/g, " ");
  return trimmed ? folded.trim() : folded;
}

/** The thread that a number leads to may lie in a closed sheet. */
function openThread(event) {
  const link = event.target.closest("a.draft-number");
  const thread = link && document.getElementById(link.hash.slice(1));
  for (let one = thread; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
}
