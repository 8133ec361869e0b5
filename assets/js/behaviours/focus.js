// An error summary takes the focus when the page opens, and its links lead into the field itself.
export function focus(part) {
  const first = part.querySelector("[data-focus]");
  if (!first) return;
  first.focus();
  first.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    (field.closest(".field") || field).scrollIntoView({ block: "start" });
    field.focus({ preventScroll: true });
  });
}
