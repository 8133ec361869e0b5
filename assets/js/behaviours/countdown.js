// Time left until data-countdown, measured by the server's clock (data-now): a wrong clock on the device does not matter.
// Read out only at 10, 5 and 1 minutes and at the end; then the form named by data-countdown-form is sent.
const SAID_AT = [600, 300, 60, 0];
const SHORT = 60;

export function countdown(part) {
  for (const element of part.querySelectorAll("[data-countdown]")) run(element);
}

function run(element) {
  const ends = Date.parse(element.dataset.countdown) - Date.parse(element.dataset.now) + Date.now();
  const shown = element.querySelector(".timer-text");
  const spoken = element.querySelector("[role=status]");
  let before = Math.ceil((ends - Date.now()) / 1000) + 1;
  shown.setAttribute("role", "timer");
  shown.setAttribute("aria-label", element.dataset.label);
  const tick = () => {
    const left = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    shown.textContent = inWords(left);
    element.classList.toggle("timer--short", left <= SHORT);
    const said = SAID_AT.find((mark) => before > mark && left <= mark);
    if (said !== undefined) spoken.textContent = element.getAttribute(`data-say-${said}`);
    before = left;
    if (left) return;
    clearInterval(timer);
    const form = document.getElementById(element.dataset.countdownForm);
    if (form) whenOnline(() => form.submit());
  };
  const timer = setInterval(tick, 1000);
  tick();
}

/** Off line, sending would only lead to the browser's own error page; the server ends the test by itself anyway. */
function whenOnline(act) {
  if (navigator.onLine) act();
  else addEventListener("online", act, { once: true });
}

function inWords(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`;
}
