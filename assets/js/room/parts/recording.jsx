// Recording: everybody sees whether it runs and for how long; who may be on the stage is asked whether they may be recorded;
// who runs the room starts, pauses, goes on and stops. One host's browser records (../recorder.js); another can go on with it.
//
// From the server: snapshot.recording = { now: { id, state, seconds, since, source } | null, consent: true | false | null,
// planned, agreed: [id, …] (hosts) }; entries "recording.started", ".paused", ".resumed", ".taken", ".stopped" with the same,
// and for hosts "recording.consented" { person, agreed }.
import { useEffect, useState } from "preact/hooks";
import { fill, useRoom } from "../context.js";
import { newKey } from "../api.js";
import { useStore } from "../store.js";
import { Button } from "../ui/buttons.jsx";
import { Dialog, Question } from "../ui/dialog.jsx";
import { Icon } from "../ui/icons.jsx";

const NOBODY = [];
const MINE = "ctlp-recording-here";

export const recording = {
  name: "recording",
  begin: { now: null, consent: null, planned: false, agreed: NOBODY },
  take: (given) => ({ now: null, consent: null, planned: false, agreed: NOBODY, ...given }),
  reduce(own, { touch, kind, body }) {
    if (touch) return own;
    if (kind !== "recording.consented") return { ...own, now: body.state === "off" ? null : body };
    const others = own.agreed.filter((one) => one !== body.person);
    return { ...own, agreed: body.agreed ? [...others, body.person] : others };
  },
  tells(entry, _state, words) {
    const said = { started: "started", paused: "pausedNow", resumed: "resumed", stopped: "stopped" }[entry.kind.split(".")[1]];
    return said ? words.recording[said] : "";
  },
  start(room) {
    room.tape = new Tape(room);
  },
  Beside: Sign,
  HostBar: Buttons,
  Over: Consent,
  Person: Mark,
};

/** Whether this browser can record; what it records as is chosen by the recorder. */
const able = () => Boolean(window.MediaRecorder && window.AudioContext && window.indexedDB && HTMLCanvasElement.prototype.captureStream);

/** The recording as this browser has a hand in it. */
class Tape {
  constructor(room) {
    this.room = room;
    room.store.put("tape", { here: false, waiting: 0, lost: false });
    if (!window.indexedDB) return;
    if (room.hosts() || sessionStorage.getItem(MINE)) this.tools().catch(() => undefined); // pieces may have been left
    room.store.listen((entry) => entry.kind.startsWith("recording.") && this.follow());
    room.store.watch(() => this.again());
  }

  /** What recording needs, fetched where it is wanted: { Recorder, box }. */
  async tools() {
    const [{ Recorder }, { Box }] = await Promise.all([import("../recorder.js"), import("../recording-box.js")]);
    if (!this.box) {
      this.box = new Box(this.room.config.base, this.room.api.csrf, (waiting, lost) => this.note({ waiting, lost }));
      this.box.pump().catch(() => undefined);
    }
    return { Recorder, box: this.box };
  }

  note(more) {
    const before = this.room.store.state.tape;
    const next = { ...before, ...more };
    if (Object.keys(next).some((key) => next[key] !== before[key])) this.room.store.put("tape", next);
  }

  /** After a reload this browser goes on with what it recorded. */
  again() {
    const { now } = this.room.store.state.recording;
    if (this.looked || !this.room.me()?.id) return;
    this.looked = true;
    if (now && sessionStorage.getItem(MINE) === now.id) this.take();
  }

  async start() {
    const answer = await this.room.api.post("recording");
    if (!answer.ok) return this.room.tell(answer.problem, "attention");
    return this.take(answer.body.now);
  }

  /** Record here from now on. */
  async take(now = this.room.store.state.recording.now) {
    if (!now || now.source !== "browser" || this.recorder || this.taking || !able()) return;
    this.taking = true;
    try {
      const { Recorder, box } = await this.tools();
      const answer = await this.room.api.post(`recording/${now.id}/takes`, { id: newKey() });
      if (!answer.ok) return this.room.tell(answer.problem, "attention");
      this.recorder = new Recorder(this.room, this.room.config.recording, box);
      this.recorder.begin(now.id, answer.body.take, now.state === "paused");
      this.own = answer.body.take;
      sessionStorage.setItem(MINE, now.id);
      this.note({ here: true });
    } finally {
      this.taking = false;
    }
  }

  /** Keep to what everybody was told. */
  follow() {
    const { now } = this.room.store.state.recording;
    if (!this.recorder) return;
    if (!now || now.id !== this.recorder.recording || now.take > this.own || !this.room.me().hosts) this.finish();
    else if (now.state === "paused") this.recorder.pause();
    else this.recorder.resume();
  }

  async finish() {
    const { recorder } = this;
    this.recorder = null;
    sessionStorage.removeItem(MINE);
    this.note({ here: false });
    await recorder.end();
  }

  async act(name) {
    const { now } = this.room.store.state.recording;
    const answer = await this.room.api.post(`recording/${now.id}/${name}`);
    if (!answer.ok) this.room.tell(answer.problem, "attention");
  }

  async consent(agreed) {
    const answer = await this.room.api.post("recording/consent", { agreed });
    if (!answer.ok) return this.room.tell(answer.problem, "attention");
    return this.room.store.put("recording", { ...this.room.store.state.recording, consent: agreed });
  }
}

// ------------------------------------------------------------------------------------------------ what everybody sees

function Sign() {
  const { words } = useRoom();
  const now = useStore((state) => state.recording.now);
  const consent = useStore((state) => state.recording.consent);
  const asked = useStore(mayBeAsked);
  const [asks, setAsks] = useState(false);
  if (!now) return null;
  const runs = now.state === "recording";
  return (
    <div class="recording-sign" data-recording={now.state}>
      <Icon name={runs ? "record" : "pause"} /> <span>{runs ? words.recording.on : words.recording.paused}</span> <Clock now={now} />
      {asked && typeof consent === "boolean" ? (
        <Button kind="quiet" onClick={() => setAsks(true)}>{consent ? words.recording.agreed : words.recording.refused}</Button>
      ) : null}
      {asks ? <Asking onDone={() => setAsks(false)} /> : null}
    </div>
  );
}

function Clock({ now }) {
  const [, draw] = useState(0);
  useEffect(() => {
    if (!now.since) return undefined;
    const timer = setInterval(() => draw((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, [now.since]);
  const since = now.since ? Math.max(0, (Date.now() - Date.parse(now.since)) / 1000) : 0;
  const whole = Math.floor(now.seconds + since);
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return <bdi class="recording-time" aria-hidden="true">{hours ? `${hours}:${two(minutes)}` : minutes}:{two(seconds)}</bdi>;
}

function Mark({ person }) {
  const { words } = useRoom();
  const told = useStore((state) => Boolean(state.me?.hosts && state.recording.now && person.stage && !state.recording.agreed.includes(person.id)));
  return told ? <span class="recording-mark">{words.recording.notRecorded}</span> : null;
}

// ------------------------------------------------------------------------------------------------ consent

/** Whether I may come onto a recorded stage, so that I have to be asked. */
function mayBeAsked(state) {
  return Boolean((state.recording.now || state.recording.planned) && state.me?.id && state.me.role !== "notetaker");
}

function Consent() {
  const unanswered = useStore((state) => typeof state.recording.consent !== "boolean");
  const speaks = useStore((state) => Boolean(state.me?.may_speak || state.me?.stage || state.me?.hosts));
  const asked = useStore(mayBeAsked);
  const [later, setLater] = useState(false);
  return asked && speaks && unanswered && !later ? <Asking onDone={() => setLater(true)} /> : null;
}

function Asking({ onDone }) {
  const { words, tape } = useRoom();
  const answer = (agreed) => tape.consent(agreed).then(onDone);
  return (
    <Dialog title={words.recording.consentTitle} onClose={onDone} class="recording-consent">
      <p>{words.recording.consentText}</p>
      <p>{words.recording.consentWithout}</p>
      <div class="actions">
        <Button kind="main" data-consent="yes" onClick={() => answer(true)}>{words.recording.agree}</Button>
        <Button data-consent="no" onClick={() => answer(false)}>{words.recording.refuse}</Button>
      </div>
    </Dialog>
  );
}

// ------------------------------------------------------------------------------------------------ the trainer's buttons

function Buttons() {
  const { words, tape } = useRoom();
  const now = useStore((state) => state.recording.now);
  const live = useStore((state) => state.room?.state === "live");
  const mine = useStore((state) => state.tape);
  const people = useStore((state) => state.stage.filter((one) => state.recording.agreed.includes(one.id)).length);
  const [stops, setStops] = useState(false);
  const text = words.recording;
  if (!now) {
    if (!live) return null;
    return (
      <div class="recording-buttons">
        <Button icon="record" data-record="start" onClick={() => tape.start()}>{text.record}</Button>
        <Waiting mine={mine} />
      </div>
    );
  }
  const recordable = able();
  return (
    <div class="recording-buttons" role="group" aria-label={text.on}>
      {now.state === "recording" ? <Button icon="pause" data-record="pause" onClick={() => tape.act("pause")}>{text.pause}</Button> : null}
      {now.state === "paused" ? <Button icon="record" data-record="resume" onClick={() => tape.act("resume")}>{text.resume}</Button> : null}
      <Button icon="stop" data-record="stop" onClick={() => setStops(true)}>{text.stop}</Button>
      {now.source === "browser" && !mine.here && recordable ? <Button kind="quiet" data-record="take" onClick={() => tape.take()}>{text.takeOver}</Button> : null}
      {now.source === "browser" && !recordable ? <span class="meta">{text.cannot}</span> : null}
      <span class="meta">{fill(text.people, { count: people })}</span>
      <Waiting mine={mine} />
      {stops ? <Question title={text.stop} text={text.stopSure} yes={text.stop} onYes={() => tape.act("stop").then(() => setStops(false))} onNo={() => setStops(false)} /> : null}
    </div>
  );
}

function Waiting({ mine }) {
  const { words } = useRoom();
  if (!mine?.waiting) return null;
  return <span class="meta" role="status" data-waiting={mine.waiting}>{mine.lost ? words.recording.kept : fill(words.recording.sending, { count: mine.waiting })}</span>;
}
