// The queue of hands, for who runs the room: who is next, who has the floor, for how long each.
import { useState } from "preact/hooks";
import { act, acts } from "../acts.js";
import { fill, useRoom } from "../context.js";
import { useStore } from "../store.js";
import { Button } from "../ui/buttons.jsx";
import { Empty } from "../ui/panel.jsx";
import { give, TimeLeft, USUAL } from "./hands.jsx";
import "../kit.js";

const TIMES = [60, 120, 180, 300, 600];

export function Panel() {
  const room = useRoom();
  const { words } = room;
  const { queue, floor, count } = useStore((state) => state.hands);
  const [seconds, setSeconds] = useState(room.floorTime || USUAL);
  const choose = (event) => {
    room.floorTime = Number(event.currentTarget.value);
    setSeconds(room.floorTime);
  };
  return (
    <>
      <label class="panel-field">
        {words.hands.time}
        <select class="input" value={seconds} onChange={choose}>
          {TIMES.map((one) => <option key={one} value={one}>{fill(words.hands.minutes, { number: one / 60 })}</option>)}
        </select>
      </label>
      {floor.length ? (
        <section>
          <h3>{words.hands.speaking}</h3>
          <ul class="people" role="list">
            {floor.map((one) => (
              <li class="person" key={one.id}>
                <bdi class="person-name">{one.label}</bdi><TimeLeft until={one.until} />
                <Button onClick={() => act(room, acts.endFloor(one.id))}>{words.hands.take}</Button>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {queue.length ? (
        <ol class="people people--queue">
          {queue.map((one) => (
            <li class="person" key={one.id} data-hand-of={one.id}>
              <bdi class="person-name">{one.label}</bdi>
              <Button onClick={() => give(room, one, seconds)} aria-label={fill(words.hands.give_to, { name: one.label })}>{words.hands.give}</Button>
              <Button kind="quiet" onClick={() => act(room, acts.lower(one.id))} aria-label={fill(words.hands.lower_of, { name: one.label })}>{words.hands.lower}</Button>
            </li>
          ))}
        </ol>
      ) : (
        <Empty title={words.hands.empty}>{words.hands.empty_more}</Empty>
      )}
      {count > queue.length ? <p class="panel-note">{fill(words.hands.more, { number: count - queue.length })}</p> : null}
      {queue.length ? <Button onClick={() => act(room, acts.lowerAll())}>{words.hands.lower_all}</Button> : null}
    </>
  );
}
