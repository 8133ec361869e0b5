// The room's middle: what matters most now fills it (slides, a shared screen, the people on the stage), the next in weight
// stands beside it; on the text step the same as small pictures and words.
import { useRoom } from "../context.js";
import { useStore } from "../store.js";

export function Surface() {
  const room = useRoom();
  const { parts, words } = room;
  const order = useStore((state) => weigh(parts, state, room).map((one) => one.name).join(" "));
  const text = useStore((state) => (state.step || room.ladder.step).startsWith("text"));
  const shown = order.split(" ").map((name) => parts.find((part) => part.name === name)).filter(Boolean);
  const [main, ...others] = shown;
  return (
    <main class="surface" id="stage" tabindex="-1" aria-label={words.shell.stage}>
      <div class={`surface-row${others.length ? " surface-row--two" : ""}`}>
        <div class="surface-main" data-surface={main?.name || ""}>{main ? draw(main, text) : <p class="surface-nothing">{words.shell.nothing_shown}</p>}</div>
        {others.length ? <div class="surface-side">{others.slice(0, text ? 2 : 1).map((part) => draw(part, text))}</div> : null}
      </div>
      {parts.filter((part) => part.Beside).map((part) => <part.Beside key={part.name} />)}
    </main>
  );
}

function draw(part, text) {
  const Shown = (text && part.Text) || part.Stage;
  return <Shown key={part.name} />;
}

function weigh(parts, state, room) {
  return parts
    .filter((part) => part.Stage)
    .map((part) => ({ name: part.name, weight: part.stage ? part.stage(state[part.name], state, room) : 1 }))
    .filter((one) => one.weight > 0)
    .sort((one, other) => other.weight - one.weight);
}
