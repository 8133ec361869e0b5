// A filter form with data-filter="ID" replaces that element of the page when a choice changes: the focus stays where it
// is and the address follows. Text and dates are sent with Enter or the button, as without scripts; with
// data-filter-typing what is typed is looked for after a pause, too.
const PAUSE_MS = 300;

export function filter(page, enhance) {
  let last = null;
  let pause = 0;
  const show = async (form, url, asked = url) => {
    clearTimeout(pause);
    const target = document.getElementById(form.dataset.filter);
    if (!target) return form.submit();
    if (last) last.abort();
    const mine = last = new AbortController();
    form.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(asked, { signal: mine.signal });
      const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(target.id);
      if (!fresh && asked !== url) return; // still being typed: the button will tell what is wrong
      if (!fresh) return location.assign(url);
      target.replaceWith(fresh);
      history.replaceState(null, "", url);
      enhance(fresh);
      tell(form, fresh);
    } catch {
      if (!mine.signal.aborted && asked === url) location.assign(url);
    } finally {
      if (last === mine) form.removeAttribute("aria-busy");
    }
  };
  const address = (form) => {
    const values = [...new FormData(form)].filter(([, value]) => value !== "");
    return `${form.getAttribute("action")}?${new URLSearchParams(values)}`;
  };
  // A replaced part is not read out by itself: its status line is repeated where the reader already listens.
  const tell = (form, fresh) => {
    const [spoken, status] = [form.querySelector("[role=status]"), fresh.querySelector("[role=status]")];
    if (spoken && status) spoken.textContent = status.textContent;
  };
  page.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form && form.dataset.filter && event.target.matches("select, [type=checkbox], [type=radio]")) show(form, address(form));
  });
  page.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form || !("filterTyping" in form.dataset) || event.isComposing || event.target.type !== "search") return;
    clearTimeout(pause);
    pause = setTimeout(() => show(form, address(form), `${address(form)}&typing=1`), PAUSE_MS);
  });
  page.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.filter) return;
    event.preventDefault();
    show(form, address(form));
  });
}
