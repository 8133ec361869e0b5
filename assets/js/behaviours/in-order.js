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
  const others = [...element.children].filter((one) => one !== node && one.dataset.number);
  const later = others.find((one) => Number(one.dataset.number) > number);
  const last = others.at(-1);
  const follows = (one) => node.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
  if (later && !follows(later)) element.insertBefore(node, later);
  else if (!later && last && follows(last)) last.after(node);
}
