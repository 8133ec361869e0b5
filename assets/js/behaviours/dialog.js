// A link with data-dialog="ID" opens that dialog; the browser gives it focus, Escape and the way back.
export function dialog(page) {
  page.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    const box = opener && document.getElementById(opener.dataset.dialog);
    if (box && box.showModal) {
      event.preventDefault();
      box.showModal();
    }
    const closer = event.target.closest("[data-dialog-close]");
    if (closer && closer.closest("dialog[open]")) {
      event.preventDefault();
      closer.closest("dialog").close();
    }
  });
}
