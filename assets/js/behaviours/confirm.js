// A form with data-confirm asks before it is sent; the button that goes on repeats the form's own words (data-confirm-yes).
export function confirm(page) {
  page.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.confirm || form.dataset.confirmed || !window.HTMLDialogElement) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(form, event.submitter);
  });
}

function ask(form, submitter) {
  const box = document.createElement("dialog");
  const text = document.createElement("p");
  const row = document.createElement("div");
  const go = button(form.dataset.confirmYes || (submitter && submitter.textContent), "button");
  const stay = button(document.body.dataset.cancel, "button button--quiet");
  box.className = "dialog";
  row.className = "actions";
  text.id = "confirm-text";
  text.textContent = form.dataset.confirm;
  box.setAttribute("aria-labelledby", text.id);
  row.append(go, stay);
  box.append(text, row);
  document.body.append(box);
  go.addEventListener("click", () => {
    box.close();
    form.dataset.confirmed = "1";
    form.requestSubmit(submitter);
    delete form.dataset.confirmed;
  });
  stay.addEventListener("click", () => box.close());
  box.addEventListener("close", () => box.remove());
  box.showModal();
  stay.focus();
}

function button(text, name) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = name;
  made.textContent = text;
  return made;
}
