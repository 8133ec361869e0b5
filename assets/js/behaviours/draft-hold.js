// A form with data-draft-hold says every minute that somebody edits the section, while the page is looked at; leaving
// the page says that nobody does any more. Neither is needed for saving.
const EVERY = 60000;

export function hold(part) {
  const form = part.querySelector("form[data-draft-hold]");
  if (!form) return;
  const tell = (address, outlive) => {
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
    const headers = { Accept: "application/json", "X-Background": "1" };
    fetch(address, { method: "POST", body, headers, keepalive: outlive, redirect: "manual" }).catch(() => {});
  };
  setInterval(() => document.hidden || tell(form.dataset.draftHold, false), EVERY);
  let sending = false;
  form.addEventListener("submit", () => { sending = true; });
  addEventListener("pagehide", () => sending || tell(form.dataset.draftRelease, true));
}
