// The plan beside a lesson is <details class="sheet">. Browsers that cannot show it in the side column by style alone
// get it opened there.
export function sheet(part) {
  if (part !== document || CSS.supports("selector(::details-content)")) return;
  const wide = matchMedia("(min-width: 60rem)");
  const follow = () => {
    for (const element of document.querySelectorAll("details.sheet")) element.open = wide.matches;
  };
  wide.addEventListener("change", follow);
  follow();
}
