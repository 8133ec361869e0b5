// Menus are <details data-menu>: one open at a time, closed by Escape, a click elsewhere, or the focus leaving.
export function menu(page) {
  const close = (except) => {
    for (const open of page.querySelectorAll("[data-menu][open]")) if (open !== except) open.open = false;
  };
  page.addEventListener("click", (event) => close(event.target.closest("[data-menu]")));
  page.addEventListener("focusin", (event) => close(event.target.closest("[data-menu]")));
  page.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && page.querySelector("[data-menu][open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
}
