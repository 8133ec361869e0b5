// The parts of an element with data-in-order (each with its data-number) stay in the order of their numbers, whatever
// order they come in: one's own post is there at once, the one before it may come a moment later.
export function inOrder(part) {
  for (const element of part.querySelectorAll("[data-in-order]")) {
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) for (const node of addedNodes) place(element, node);
    }).observe(element, { childList: true });
  }
}

function place(element, node) {
  const number = Number(node.dataset?.number);
  if (!number || node.parentElement !== element) return;
  for (const other of element.children) {
    if (other === node) return;
    if (Number(other.dataset.number) > number) return element.insertBefore(node, other);
  }
}
