// Reading a file page by page, or a text. Everything is there without this script; with it, bigger and smaller happen in place, the
// next page is fetched ahead, keys turn pages, and the time a page was really before somebody's eyes is told.
import { keepTime } from "./behaviours/reading-time.js";

const reader = document.querySelector("[data-reader]");
const MOST = 4;

if (reader) {
  zoom(reader);
  keys(reader);
  fetchAhead(reader);
  keepTime(reader);
}

/** Bigger, smaller and fit, in place; the address remembers, so that the next page is as big. */
function zoom(element) {
  const window_ = element.querySelector(".reader-page");
  if (!window_) return;
  const image = window_.querySelector("img");
  for (const link of element.querySelectorAll("[data-zoom]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const step = Number(link.dataset.zoom);
      set(step === 0 ? 1 : Math.min(Math.max(now() + step, 1), MOST));
    });
  }

  function now() {
    return Number([...element.classList].find((name) => /^reader--\d$/.test(name)).slice(-1));
  }

  function set(wanted) {
    const before = now();
    if (wanted === before) return;
    const middle = [(window_.scrollLeft + window_.clientWidth / 2) / window_.scrollWidth,
      (window_.scrollTop + window_.clientHeight / 2) / window_.scrollHeight];
    element.classList.replace(`reader--${before}`, `reader--${wanted}`);
    image.sizes = wanted > 1 ? "1600px" : "(min-width: 60rem) 56rem, 100vw";
    window_.scrollTo(middle[0] * window_.scrollWidth - window_.clientWidth / 2,
      middle[1] * window_.scrollHeight - window_.clientHeight / 2);
    for (const link of document.querySelectorAll("[data-previous], [data-next]")) link.href = at(link.href, wanted);
    history.replaceState(null, "", at(location.href, wanted));
  }
}

function at(address, wanted) {
  const url = new URL(address, location.href);
  if (wanted > 1) url.searchParams.set("zoom", wanted);
  else url.searchParams.delete("zoom");
  return url.href;
}

/** Arrows turn pages in the direction of reading; + - and 0 change the size. */
function keys(element) {
  const rightToLeft = document.documentElement.dir === "rtl";
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    const inPage = event.target.closest(".reader-page");
    if (inPage && inPage.scrollWidth > inPage.clientWidth && event.key.startsWith("Arrow")) return; // it pans
    const wanted = {
      ArrowRight: rightToLeft ? "[data-previous]" : "[data-next]",
      ArrowLeft: rightToLeft ? "[data-next]" : "[data-previous]",
      "+": '[data-zoom="1"]', "=": '[data-zoom="1"]', "-": '[data-zoom="-1"]', 0: '[data-zoom="0"]',
    }[event.key];
    const link = wanted && element.querySelector(wanted);
    if (!link) return;
    event.preventDefault();
    link.click();
  });
}

/** Let the next page's picture come while this one is read, in the size that this one has. */
function fetchAhead(element) {
  const image = element.querySelector("[data-page-image]");
  if (!image || !element.dataset.ahead || navigator.connection?.saveData) return;
  const go = () => {
    const small = image.currentSrc.includes("size=small");
    new Image().src = small ? element.dataset.aheadSmall : element.dataset.ahead;
  };
  if (image.complete) go();
  else image.addEventListener("load", go, { once: true });
}
