// A row of tabs wider than the screen opens with the present tab in view, its neighbours showing that there are more.
export function tabs(part) {
  for (const row of part.querySelectorAll(".tabs")) {
    const current = row.querySelector("[aria-current]");
    if (!current || row.scrollWidth <= row.clientWidth) continue;
    const [box, tab] = [row.getBoundingClientRect(), current.getBoundingClientRect()];
    row.scrollLeft += tab.left + tab.width / 2 - (box.left + box.width / 2);
  }
}
