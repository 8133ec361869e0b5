// A form with data-hours="ADDRESS" shows at #hours which hour the chosen time is in the invited countries: the server
// says it, each time one of these fields changes. Without scripts a button asks.
const FIELDS = ["starts_on", "starts_at", "zone", "audience", "group", "countries"];

export function hours(page) {
  let last = null;
  for (const button of page.querySelectorAll("[data-hours-button]")) button.parentElement.hidden = true;
  page.addEventListener("change", async (event) => {
    const form = event.target.form;
    if (!form || !form.dataset.hours || !FIELDS.includes(event.target.name)) return;
    const values = [...new FormData(form)].filter(([name, value]) => FIELDS.includes(name) && value !== "");
    if (last) last.abort();
    const mine = last = new AbortController();
    try {
      const answer = await fetch(`${form.dataset.hours}?${new URLSearchParams(values)}`, { signal: mine.signal });
      const shown = document.getElementById("hours");
      if (answer.ok && shown) shown.innerHTML = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("hours").innerHTML;
    } catch {
      // the line is lost: what stands there is as old as it was
    }
  });
}
