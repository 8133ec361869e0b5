// The panel of my line and my devices: what was measured, the step of the ladder and the way to another one, sound and microphone, keys.
import { useEffect, useState } from "preact/hooks";
import { fill, useRoom } from "../context.js";
import { LOST, POLLS } from "../line.js";
import { useStore } from "../store.js";
import { Button } from "../ui/buttons.jsx";
import { PROBE } from "../devices.js";
import { Preflight } from "../ui/preflight.jsx";
import "../kit.js";

export function Panel() {
  const room = useRoom();
  const { ladder, words, config, media } = room;
  const state = useStore((all) => all.line);
  const [, draw] = useState(0);
  useEffect(() => ladder.watch(() => draw((n) => n + 1)), []);
  const bars = state === LOST ? 0 : ladder.bars;
  const sound = Boolean(config.media?.kind && config.media.kind !== "null" && config.media.kind !== "link");
  const names = new Intl.DisplayNames([config.language], { type: "language" });
  const inWords = (code) => names.of(code) ?? code;
  const Settings = media.offered?.Settings;
  return (
    <>
      <p data-line-state>
        <strong>{words.line[`bars_${bars}`]}</strong>{" "}
        {ladder.rtt ? <bdi class="preflight-figure" dir="ltr">{Math.round(ladder.rtt)} ms</bdi> : null} {state === POLLS && ladder.step !== "text" ? words.line.polls : ""}
      </p>
      <fieldset class="field ladder">
        <legend>{words.ladder.title}</legend>
        {ladder.steps.map((step) => (
          <div class="choice" key={step}>
            <input type="radio" name="step" id={`step-${step}`} value={step} checked={ladder.step === step} onChange={() => ladder.ask(step)} />
            <label for={`step-${step}`}>{words.ladder[step]}<span class="choice-hint">{words.ladder[`${step}_is`]}</span></label>
          </div>
        ))}
      </fieldset>
      {ladder.why === "line" ? <p class="panel-note">{words.ladder.by_itself}</p> : null}
      <p class="panel-note">{words.ladder.counts}</p>
      {Settings ? <Settings /> : null}
      <Preflight words={words.preflight} probe={PROBE} sound={sound} onChange={(kind, id) => media.offered?.chosen?.(kind, id)} />
      <div class="actions">
        <Button icon="keys" onClick={() => room.store.put("shortcuts", true)}>{words.keys.title}</Button>
      </div>
      {config.webinar?.languages?.length ? <p class="panel-note">{fill(words.line.spoken, { languages: config.webinar.languages.map(inWords).join(", ") })}</p> : null}
    </>
  );
}
