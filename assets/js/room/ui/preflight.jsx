// Sound, microphone, line: looked at before or during a session, and never in the way. Nothing is asked of the browser until
// somebody presses; refusing is fine, since listening needs no permission.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { choose, chosen, listed, listenTo, measureLine, playNotes } from "../devices.js";
import { Button } from "./buttons.jsx";

const GOOD = 400;
const FAIR = 1200;

/** `words`: those of "preflight"; `probe`: an address that answers little; `sound`: whether the room has any. */
export function Preflight({ words, probe, sound = true, camera = sound, onChange }) {
  const [devices, setDevices] = useState({ microphone: [], camera: [], speaker: [] });
  const again = () => listed().then(setDevices, () => undefined);
  useEffect(() => {
    again();
    navigator.mediaDevices?.addEventListener?.("devicechange", again);
    return () => navigator.mediaDevices?.removeEventListener?.("devicechange", again);
  }, []);
  const chose = (kind, id) => {
    choose(kind, id);
    onChange?.(kind, id);
  };
  return (
    <div class="preflight">
      <LineCheck words={words} probe={probe} />
      {sound ? <SoundCheck words={words} list={devices.speaker} onChoose={chose} /> : null}
      {sound ? <MicrophoneCheck words={words} list={devices.microphone} onChoose={chose} onNamed={again} /> : null}
      {camera && devices.camera.length ? (
        <section><h3>{words.camera}</h3><Choice kind="camera" label={words.which_camera} list={devices.camera} words={words} onChoose={chose} /></section>
      ) : null}
    </div>
  );
}

function LineCheck({ words, probe }) {
  const [found, setFound] = useState(null);
  const measure = () => measureLine(probe).then(setFound);
  useEffect(() => {
    measure();
  }, []);
  const state = !found ? "measuring" : found.rtt === null ? "none" : found.lost || found.rtt > FAIR ? "weak" : found.rtt > GOOD ? "fair" : "good";
  return (
    <section data-check="line" data-found={state}>
      <h3>{words.line}</h3>
      <p role="status">
        {words[`line_${state}`]} {found?.rtt ? <bdi class="preflight-figure" dir="ltr">{Math.round(found.rtt)} ms</bdi> : null}
      </p>
      <Button onClick={measure}>{words.measure_again}</Button>
    </section>
  );
}

function SoundCheck({ words, list, onChoose }) {
  const [state, setState] = useState("");
  const play = () => playNotes().then(() => setState("sound_played"), () => setState("sound_failed"));
  return (
    <section data-check="sound">
      <h3>{words.sound}</h3>
      <Choice kind="speaker" label={words.which_speaker} list={list} words={words} onChoose={onChoose} />
      <Button icon="sound" onClick={play}>{words.play}</Button>
      <p role="status" class="preflight-said">{state ? words[state] : ""}</p>
    </section>
  );
}

function MicrophoneCheck({ words, list, onChoose, onNamed }) {
  const [level, setLevel] = useState(null);
  const [state, setState] = useState("");
  const stop = useRef(null);
  const end = () => {
    stop.current?.();
    stop.current = null;
    setLevel(null);
  };
  useEffect(() => end, []);
  const begin = async () => {
    end();
    try {
      let best = 0;
      stop.current = await listenTo((now) => {
        setLevel(now);
        best = Math.max(best, now);
        if (best > 0.05) setState("microphone_heard");
      });
      setState("microphone_speak");
      onNamed();
    } catch (fault) {
      setState(fault?.name === "NotAllowedError" ? "microphone_refused" : "microphone_none");
    }
  };
  const chose = (kind, id) => {
    onChoose(kind, id);
    if (stop.current) begin();
  };
  return (
    <section data-check="microphone" data-found={state}>
      <h3>{words.microphone}</h3>
      <p class="meta">{words.microphone_not_needed}</p>
      <Choice kind="microphone" label={words.which_microphone} list={list} words={words} onChoose={chose} />
      {level === null ? (
        <Button icon="microphone" onClick={begin}>{words.try_microphone}</Button>
      ) : (
        <>
          <meter class="preflight-level" min="0" max="1" low="0.05" value={level} aria-label={words.level} />
          <Button kind="quiet" onClick={end}>{words.stop_microphone}</Button>
        </>
      )}
      <p role="status" class="preflight-said">{state ? words[state] : ""}</p>
    </section>
  );
}

function Choice({ kind, label, list, words, onChoose }) {
  const id = useId();
  const named = list.filter((one) => one.label);
  if (named.length < 2) return null;
  return (
    <p class="preflight-choice">
      <label for={id}>{label}</label>
      <select class="input" id={id} onChange={(event) => onChoose(kind, event.currentTarget.value)}>
        <option value="">{words.as_the_device_has_it}</option>
        {named.map((one) => <option key={one.id} value={one.id} selected={one.id === chosen()[kind]}>{one.label}</option>)}
      </select>
    </p>
  );
}
