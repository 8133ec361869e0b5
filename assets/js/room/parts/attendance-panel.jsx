// The panel of my attendance: the count, the rule in words, the code for those who sit before my screen.
import { fill, useRoom } from "../context.js";
import { LOST } from "../line.js";
import { useStore } from "../store.js";
import { Icon } from "../ui/icons.jsx";
import { minutes, useSeconds } from "./attendance.jsx";
import "../kit.js";

export function Panel() {
  const room = useRoom();
  const words = room.words.attendance;
  const own = useStore((state) => state.attendance);
  const line = useStore((state) => state.line);
  const seconds = useSeconds();
  if (!own) return null;
  const needed = Math.ceil(own.needed / 60);
  return (
    <div class="attendance-panel">
      {own.counts ? null : <p>{words.runs}</p>}
      <p class="attendance-big"><bdi>{fill(words.count, { minutes: minutes(seconds), needed })}</bdi></p>
      <progress class="progress-line" max={own.needed || 1} value={Math.min(seconds, own.needed || 1)} aria-label={fill(words.count, { minutes: minutes(seconds), needed })} />
      {own.counts && own.needed && seconds >= own.needed ? <p><Icon name="check" /> {words.enough}</p> : null}
      {own.running ? null : <p>{words.not_begun}</p>}
      {line === LOST ? <p>{words.paused}</p> : null}
      <p>{own.percent ? fill(words.rule, { percent: own.percent, scheduled: Math.round(own.scheduled / 60) }) : words.no_rule}{own.answers ? ` ${fill(words.answers, { count: own.answers })}` : ""}</p>
      <p class="meta">{words.steps} {words.more}</p>
      <h3>{words.beside}</h3>
      <p>{words.beside_how}</p>
      <p class="attendance-code"><bdi class="code" dir="ltr">{own.beside}</bdi></p>
      <p><a href={own.check_in} target="_blank" rel="noopener">{words.check_in}</a></p>
    </div>
  );
}
