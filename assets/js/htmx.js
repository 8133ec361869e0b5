// htmx for the pages that replace parts of themselves; loaded by them alone, in {% block scripts %}.
// No styles or code made from strings: the Content-Security-Policy has neither.
import htmx from "htmx.org/dist/htmx.esm.js";

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;

// A form that comes back with its errors (422) is shown like any other answer.
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "422", swap: true },
  { code: "[45]..", swap: false, error: true },
];

// Every request carries the CSRF token that the page's forms carry.
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('input[name="csrf_token"]');
  if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.value;
});
