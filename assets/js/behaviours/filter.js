// A filter form with data-filter="ID" replaces that element of the page when a choice changes: the focus stays where it
// is, the address follows, and the back button works. Text is sent with Enter or the button, as without scripts.
export function filter(page, enhance) {
  let last = null;
  const show = async (form, url) => {
    const target = document.getElementById(form.dataset.filter);
    if (!target) return form.submit();
    if (last) last.abort();
    const mine = last = new AbortController();
    form.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, { signal: mine.signal });
      const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(target.id);
      if (!fresh) return location.assign(url);
      target.replaceWith(fresh);
      history.replaceState(null, "", url);
      enhance(fresh);
    } catch {
      if (!mine.signal.aborted) location.assign(url);
    } finally {
      if (last === mine) form.removeAttribute("aria-busy");
    }
  };
  const address = (form) => {
    const values = [...new FormData(form)].filter(([, value]) => value !== "");
    return `${form.getAttribute("action")}?${new URLSearchParams(values)}`;
  };
  page.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form && form.dataset.filter && event.target.matches("select, input:not([type=search], [type=text])")) show(form, address(form));
  });
  page.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.filter) return;
    event.preventDefault();
    show(form, address(form));
  });
}
