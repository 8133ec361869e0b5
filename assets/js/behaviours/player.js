// A player whose page knows chapters and a transcript. It goes to a second at a click, shows which chapter and words are now,
// takes the small film by itself on a weak line, and says to the server how much it has played and where it is: the server
// believes no more of it than its own clock allows. Without it the player plays, and links lead to the same places.
const NEAR_CHAPTER = 3;
const JUMP = 10;
const WEAK = new Set(["slow-2g", "2g", "3g"]);
const STALLS = 3;
const CHANGED = 1.5; // of a second: a step in the film's time that is longer is a jump

export function player(part) {
  for (const element of part.querySelectorAll("[data-player]")) new Player(element);
}

class Player {
  constructor(media) {
    this.media = media;
    this.said = document.querySelector("[data-player-said]");
    this.chapters = [...document.querySelectorAll("[data-player-chapter]")];
    this.words = [...document.querySelectorAll("[data-player-until]")];
    this.played = 0;
    this.stalls = 0;
    this.last = null;
    if (media.dataset.small && this.weak()) this.takeSmall();
    for (const link of document.querySelectorAll("[data-player-at]")) link.addEventListener("click", (event) => this.lead(event, link));
    media.addEventListener("loadedmetadata", () => this.goBack(), { once: true });
    media.addEventListener("play", () => this.begin());
    for (const name of ["pause", "ended"]) media.addEventListener(name, () => this.report());
    media.addEventListener("timeupdate", () => this.moved());
    for (const name of ["seeking", "emptied"]) media.addEventListener(name, () => (this.last = null));
    media.addEventListener("waiting", () => this.stalled());
    document.addEventListener("keydown", (event) => this.key(event));
    addEventListener("pagehide", () => this.report(true));
    setInterval(() => !media.paused && this.report(), Number(media.dataset.every) * 1000);
  }

  // ------------------------------------------------------------------------------------------ where one is

  goBack() {
    const place = Number(this.media.dataset.place);
    if (place && Math.abs(this.media.currentTime - place) > 1) this.media.currentTime = place;
  }

  lead(event, link) {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    this.go(Number(link.dataset.playerAt));
    this.media.play().catch(() => undefined);
  }

  go(second) {
    this.media.currentTime = Math.min(Math.max(0, second), this.media.duration || second);
  }

  moved() {
    const now = this.media.currentTime;
    if (this.last !== null && now > this.last && now - this.last < CHANGED * this.media.playbackRate) this.played += now - this.last;
    this.last = this.media.seeking ? null : now;
    mark(this.chapters, this.chapters.findLast((one) => Number(one.dataset.playerAt) <= now + 0.05));
    const word = this.words.find((one) => Number(one.dataset.playerAt) <= now && now < Number(one.dataset.playerUntil));
    if (word && mark(this.words, word)) keepInView(word);
  }

  // ------------------------------------------------------------------------------------------ what the server is told

  begin() {
    if (!this.begun) this.begun = this.send({ begin: true });
  }

  report(leaving = false) {
    if (!this.begun || (!this.played && !leaving)) return;
    const played = Math.round(this.played * 10) / 10;
    this.played = 0;
    this.send({ played, place: Math.round(this.media.currentTime * 10) / 10 }, leaving);
  }

  send(body, leaving = false) {
    const { progress, csrf } = this.media.dataset;
    const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf, "X-Requested-With": "XMLHttpRequest" };
    return fetch(progress, { method: "POST", headers, body: JSON.stringify(body), keepalive: leaving }).catch(() => undefined);
  }

  // ------------------------------------------------------------------------------------------ a weak line

  weak() {
    const line = navigator.connection;
    return Boolean(line && (line.saveData || WEAK.has(line.effectiveType) || (line.downlink && line.downlink < 1)));
  }

  stalled() {
    if (this.media.seeking || !this.media.dataset.small || this.small) return;
    this.stalls += 1;
    if (this.stalls >= STALLS) this.takeSmall();
  }

  takeSmall() {
    const { media } = this;
    const [at, paused] = [media.currentTime, media.paused];
    this.small = true;
    media.src = media.dataset.small;
    if (at) media.addEventListener("loadedmetadata", () => (media.currentTime = at), { once: true });
    if (!paused) media.play().catch(() => undefined);
    this.said.textContent = media.dataset.smallSaid;
    for (const link of document.querySelectorAll("[data-player-part]")) {
      if (link.dataset.playerPart === "small") link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  // ------------------------------------------------------------------------------------------ keys

  key(event) {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = this.acts()[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  }

  acts() {
    const { media } = this;
    const now = media.currentTime;
    return {
      k: () => (media.paused ? media.play().catch(() => undefined) : media.pause()),
      j: () => this.go(now - JUMP),
      l: () => this.go(now + JUMP),
      m: () => (media.muted = !media.muted),
      c: () => this.captions(),
      f: () => (document.fullscreenElement ? document.exitFullscreen() : media.requestFullscreen?.()),
      n: () => this.chapter((at) => at > now + 0.1, "find"),
      p: () => this.chapter((at) => at < now - NEAR_CHAPTER, "findLast"),
    };
  }

  chapter(fits, find) {
    const found = this.chapters[find]((one) => fits(Number(one.dataset.playerAt)));
    if (found) this.go(Number(found.dataset.playerAt));
    else if (find === "findLast") this.go(0);
  }

  captions() {
    const tracks = [...this.media.textTracks];
    const shown = tracks.find((one) => one.mode === "showing");
    if (shown) shown.mode = "disabled";
    else if (tracks.length) (tracks.find((one) => one.language === this.wanted()) || tracks[0]).mode = "showing";
  }

  wanted() {
    return document.querySelector(".recording-words")?.lang;
  }
}

/** Let one of a list be the present one; returns whether that is news. */
function mark(all, one) {
  if (one?.hasAttribute("aria-current")) return false;
  for (const other of all) other.removeAttribute("aria-current");
  one?.setAttribute("aria-current", "true");
  return Boolean(one);
}

/** Bring words into view within their own box only: the page itself does not move under the reader. */
function keepInView(word) {
  const box = word.closest(".recording-words");
  if (!box || box.matches(":hover, :focus-within")) return;
  const line = word.parentElement;
  box.scrollTop = line.offsetTop - box.offsetTop - box.clientHeight / 3;
}
