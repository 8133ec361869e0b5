// The plan beside a lesson is <details class="sheet">. Where there is a side column it is open: newer browsers show it by
// style alone, but what reads the page to people and to tests goes by the attribute.
export function sheet(part) {
  if (part !== document) return;
  const wide = matchMedia("(min-width: 60rem)");
  const follow = () => {
    for (const element of document.querySelectorAll("details.sheet")) {
      element.open = wide.matches;
      show(element.querySelector("[aria-current]"));
    }
  };
  wide.addEventListener("change", follow);
  follow();
}

/** Bring where one is into view within the side column; the page itself stays. */
function show(current) {
  const box = current && current.closest(".aside");
  if (box) box.scrollTop = current.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop - box.clientHeight / 3;
}
