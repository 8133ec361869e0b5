// A button with data-copy="TEXT" appears where copying works, copies, and says so for two seconds.
export function copy(part) {
  if (!navigator.clipboard) return;
  for (const button of part.querySelectorAll("[data-copy]")) {
    const label = button.querySelector("span") || button;
    const words = label.textContent;
    label.setAttribute("aria-live", "polite");
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      label.textContent = button.dataset.copied;
      setTimeout(() => { label.textContent = words; }, 2000);
    });
  }
}
