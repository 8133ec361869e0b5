// A form is sent once: a second click while the first is under way does nothing. The button stays reachable and comes
// back by itself, since a download never leaves the page and a connection may die.
const COMES_BACK = 8000;

export function submitOnce(page) {
  page.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sending) return event.preventDefault();
    form.dataset.sending = "1";
    const button = event.submitter;
    if (button) button.setAttribute("aria-disabled", "true");
    const free = () => {
      delete form.dataset.sending;
      if (button) button.removeAttribute("aria-disabled");
    };
    setTimeout(free, COMES_BACK);
    addEventListener("pageshow", free, { once: true });
  });
}
