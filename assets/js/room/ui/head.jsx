// The slim head of the room: what it is, since when, how many are there, how good the line is. Below it, only when there is
// something to know: a lost line, an act that is not sent yet.
import { useEffect, useState } from "preact/hooks";
import { fill, useRoom } from "../context.js";
import { LOST, POLLS } from "../line.js";
import { useStore } from "../store.js";
import { Icon } from "./icons.jsx";

export function Head() {
  const { config, words, parts, open } = useRoom();
  const state = useStore((all) => (all.room?.state === "live" ? "live" : "open"));
  const people = useStore((all) => all.people?.count ?? 0);
  return (
    <header class="room-head">
      <h1 class="room-title" dir="auto">{config.title}</h1>
      <p class={`room-state room-state--${state}`}>{words.room[state]} <Clock /></p>
      {parts.filter((part) => part.Head).map((part) => <part.Head key={part.name} />)}
      <button type="button" class="room-count" onClick={(event) => open("people", event.currentTarget)} aria-label={fill(words.people.count, { number: people })}>
        <Icon name="people" /><span aria-hidden="true">{people}</span>
      </button>
      <Meter />
    </header>
  );
}

/** Minutes since the session began, by the server's clock. */
function Clock() {
  const begun = useStore((all) => all.room?.begun_at);
  const skew = useStore((all) => all.room?.skew || 0);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 10000);
    return () => clearInterval(timer);
  }, []);
  if (!begun) return null;
  const minutes = Math.max(0, Math.floor((now + skew - Date.parse(begun)) / 60000));
  return <bdi class="room-clock" dir="ltr">{Math.floor(minutes / 60)}:{String(minutes % 60).padStart(2, "0")}</bdi>;
}

function Meter() {
  const { ladder, words, toggle } = useRoom();
  const line = useStore((all) => all.line);
  const [, draw] = useState(0);
  useEffect(() => ladder.watch(() => draw((n) => n + 1)), []);
  const bars = line === LOST ? 0 : ladder.bars;
  return (
    <button
      type="button"
      class={`meter meter--${bars}`}
      data-bars={bars}
      onClick={(event) => toggle("line", event.currentTarget)}
      aria-label={fill(words.line.meter, { line: words.line[`bars_${bars}`], step: words.ladder[ladder.step] })}
    >
      <svg viewBox="0 0 20 16" width="25" height="20" aria-hidden="true" focusable="false">
        {[0, 1, 2].map((one) => <rect key={one} x={1 + one * 7} y={10 - one * 4} width="4.5" height={5 + one * 4} rx="1" class={one < bars ? "is-on" : ""} />)}
        {bars === 0 ? <path d="M3 2l14 12" /> : null}
      </svg>
      <span class="meter-step">{words.ladder[ladder.step]}</span>
    </button>
  );
}

/** The one line of what is wrong, or waits. */
export function Banner() {
  const { words, ladder } = useRoom();
  const line = useStore((all) => all.line);
  const away = useStore((all) => Boolean(all.room?.host_away) && all.room.host?.id !== all.me?.id);
  const waiting = useStore((all) => (all.waiting || []).filter((one) => one.tries > 0).length);
  const [, draw] = useState(0);
  useEffect(() => ladder.watch(() => draw((n) => n + 1)), []);
  if (line === LOST) return <p class="banner banner--attention" data-banner="lost"><Icon name="attention" />{words.line.lost}</p>;
  if (waiting) return <p class="banner banner--attention" data-banner="waiting"><Icon name="clock" />{fill(words.line.not_sent, { number: waiting })}</p>;
  if (away) return <p class="banner banner--attention" data-banner="host-away"><Icon name="attention" />{words.room.host_away_now}</p>;
  if (ladder.mayRise) {
    return (
      <p class="banner" data-banner="rise">
        <Icon name="up" />{words.ladder.better}{" "}
        <button type="button" class="button button--quiet" onClick={() => ladder.ask(ladder.above())}>{fill(words.ladder.go_to, { step: words.ladder[ladder.above()] })}</button>
      </p>
    );
  }
  if (line === POLLS && ladder.step !== "text") return <p class="banner" data-banner="polls"><Icon name="clock" />{words.line.polls}</p>;
  return null;
}
