// Tells the server how many seconds a page was before somebody's eyes: the window is visible, and something was moved,
// pressed or touched within the last two minutes. The server believes no more than can be true.
const BEAT = 15;
const AWAKE = 120_000;

export function keepTime(element) {
  const { reading, token, code, page } = element.dataset;
  let seconds = 0;
  let touched = Date.now();
  for (const kind of ["pointermove", "pointerdown", "keydown", "scroll", "touchstart", "wheel"]) {
    document.addEventListener(kind, () => (touched = Date.now()), { passive: true, capture: true });
  }
  setInterval(() => {
    if (document.visibilityState !== "visible" || Date.now() - touched > AWAKE) return;
    seconds += 1;
    if (seconds >= BEAT) tell(false);
  }, 1000);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && tell(true));
  addEventListener("pagehide", () => tell(true));

  function tell(leaving) {
    if (!seconds) return;
    const body = new URLSearchParams({ csrf_token: token, code, page, seconds: String(seconds) });
    seconds = 0;
    if (leaving) navigator.sendBeacon(reading, body);
    else fetch(reading, { method: "POST", body, headers: { "X-Background": "1" } }).catch(() => {});
  }
}
