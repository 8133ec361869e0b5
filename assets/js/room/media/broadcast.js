// One to many without a media server. Who sends records pieces of half a second and posts each under its number until the
// server has it; everybody else plays small segments over plain HTTPS, about five seconds later.
import Hls from "hls.js/light";
import { SPEECH_BITRATE } from "./opus.js";

const PIECE = 500; // ms
const MOST_WAITING = 60; // pieces; half a minute of a lost line, then it goes on from now
const KINDS = ["video/webm;codecs=h264,opus", "video/webm;codecs=vp8,opus", "video/mp4;codecs=avc1.42E01F,mp4a.40.2", "video/webm", "video/mp4"];
const SOUND_KINDS = ["audio/webm;codecs=opus", "audio/mp4"];
const PICTURE_BITRATE = 450000;
const THERE_EVERY = 700; // ms between two looks whether a stream can be played yet
const BEHIND = 12; // seconds; more is a line that does not carry it

export default class Broadcast {
  constructor(studio) {
    Object.assign(this, { studio, sources: {}, recording: null, camera: [640, 360] });
  }

  open(grant) {
    this.grant = grant;
  }

  renewed(grant) {
    this.grant = grant;
  }

  follow(state) {
    const stream = state.media?.stream;
    const mine = stream?.person?.id === state.me?.id;
    const known = this.recording?.stream && state.number >= this.recording.since;
    if (known && !stream) this.restart();
    else if (known && stream.stream !== this.recording.stream) this.yield();
    const wanted = stream && !mine ? stream : null;
    if (wanted?.stream === this.wanted?.stream) return;
    this.wanted = wanted;
    this.play();
  }

  step() {
    this.play();
  }

  // ------------------------------------------------------------------------------------------------ playing

  play() {
    this.player?.close();
    this.player = null;
    const step = this.studio.room.ladder.step;
    const variant = !this.wanted?.picture || step === "sound" ? "sound" : step === "low" ? "low" : "full";
    if (this.wanted && step !== "text" && (variant !== "sound" || this.wanted.sound)) {
      this.player = new Player(this.studio, `${this.grant.streams}/${this.wanted.stream}/${variant}/live.m3u8`, this.wanted.person.id);
    }
    this.studio.changed();
  }

  picture(id, source) {
    const screen = this.studio.room.store.state.stage.find((one) => one.id === id)?.screen;
    const shown = this.player?.person === id && this.wanted?.picture && this.studio.room.ladder.step !== "sound";
    return shown && source === (screen ? "screen" : "camera") ? { element: this.player.element } : null;
  }

  unblock() {
    this.player?.start();
  }

  // ------------------------------------------------------------------------------------------------ sending

  /** A recording holds one picture; another picture is another stream, the microphone is switched within it. */
  async send(sources) {
    this.sources = { ...sources };
    const picture = sources.screen || sources.camera || null;
    const running = this.recording;
    if (running && running.picture === picture && (picture || sources.microphone)) running.listenTo(sources.microphone);
    else await this.begin();
    return Object.keys(sources).map((source) => ({ mid: "", source }));
  }

  async begin() {
    const before = this.recording;
    this.recording = null;
    before?.stop();
    const { microphone, camera, screen } = this.sources;
    if (!microphone && !camera && !screen) {
      if (before?.stream) await this.studio.room.api.post(`media/streams/${before.stream}/end`, {}, { lane: "media" });
      return;
    }
    const made = new Recording(this, screen || camera || null, microphone);
    this.recording = made;
    await made.begin();
  }

  /** The server has ended the stream (a mute, another who sends): begin another while something is on. */
  restart() {
    this.recording?.stop();
    this.recording = null;
    if (this.sources.camera || this.sources.screen || this.sources.microphone?.enabled) {
      this.begin().catch((fault) => this.studio.note(fault));
    }
  }

  /** Somebody else sends now. */
  yield() {
    this.recording.stop();
    this.recording = null;
    for (const source of Object.keys(this.sources)) this.studio.turn(source, false);
  }

  close() {
    this.player?.close();
    this.recording?.stop();
    this.recording = null;
  }
}

class Recording {
  constructor(all, picture, microphone) {
    Object.assign(this, { all, picture, waiting: [], index: 0 });
    // sound goes through a mixer, so that a microphone can come and go without another recording
    this.mixer = new AudioContext();
    this.sound = this.mixer.createMediaStreamDestination();
    const stillness = this.mixer.createConstantSource(); // without any sound nothing would be recorded
    stillness.offset.value = 0;
    stillness.connect(this.sound);
    stillness.start();
    this.listenTo(microphone);
  }

  listenTo(microphone) {
    if (this.microphone === microphone) return;
    this.microphone = microphone;
    this.input?.disconnect();
    this.input = microphone ? this.mixer.createMediaStreamSource(new MediaStream([microphone])) : null;
    this.input?.connect(this.sound);
  }

  async begin() {
    const { api } = this.all.studio.room;
    const answer = await api.post("media/streams", { picture: Boolean(this.picture) }, { lane: "media" });
    if (!answer.ok) throw Object.assign(new Error(answer.problem), { reason: "" });
    if (this.over) return;
    this.stream = answer.body.stream;
    this.since = answer.body.number;
    const tracks = [...(this.picture ? [this.picture] : []), ...this.sound.stream.getAudioTracks()];
    const kind = (this.picture ? KINDS : SOUND_KINDS).find((one) => MediaRecorder.isTypeSupported(one));
    this.recorder = new MediaRecorder(new MediaStream(tracks), {
      ...(kind ? { mimeType: kind } : {}),
      videoBitsPerSecond: PICTURE_BITRATE,
      audioBitsPerSecond: 2 * SPEECH_BITRATE,
      videoKeyFrameIntervalDuration: 1000, // a segment begins with a whole picture
    });
    this.recorder.ondataavailable = ({ data }) => this.put(data);
    this.recorder.start(PIECE);
  }

  put(piece) {
    if (this.over || !piece.size) return;
    this.waiting.push(piece);
    if (this.waiting.length > MOST_WAITING) this.all.restart();
    else this.carry();
  }

  /** Post the pieces in their order, each until the server has it. */
  async carry() {
    if (this.carrying) return;
    this.carrying = true;
    for (let wait = 300; this.waiting.length && !this.over; ) {
      const status = await this.post(this.waiting[0]).catch(() => 0);
      if (status === 200) {
        this.waiting.shift();
        this.index += 1;
        wait = 300;
      } else if (status === 410) {
        this.all.restart();
      } else if (status === 409 || status === 404) {
        this.over = true; // follow() hears why from the journal
        this.recorder?.stop();
      } else {
        await new Promise((go) => setTimeout(go, wait));
        wait = Math.min(5000, wait * 2);
      }
    }
    this.carrying = false;
  }

  async post(piece) {
    const { api } = this.all.studio.room;
    const answer = await fetch(api.address(`media/streams/${this.stream}/${this.index}`), {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream", "X-CSRFToken": api.csrf, "X-Requested-With": "XMLHttpRequest" },
      body: piece,
    });
    return answer.status;
  }

  stop() {
    this.over = true;
    if (this.recorder?.state === "recording") this.recorder.stop();
    this.mixer.close();
  }
}

class Player {
  constructor(studio, address, person) {
    Object.assign(this, { studio, address, person });
    this.element = document.createElement("video");
    this.element.playsInline = true;
    this.element.autoplay = true;
    this.element.dataset.stream = "";
    this.element.hidden = true;
    document.body.append(this.element); // heard even where it is not shown
    this.wait();
    this.meter = setInterval(() => this.measure(), 4000);
  }

  /** The first segments take some seconds. */
  async wait() {
    while (!this.over) {
      const there = await fetch(this.address, { cache: "no-store" }).then((answer) => answer.ok, () => false);
      if (there) return this.begin();
      await new Promise((go) => setTimeout(go, THERE_EVERY));
    }
    return undefined;
  }

  begin() {
    if (!Hls.isSupported()) {
      this.element.src = this.address; // browsers that play it by themselves
      return this.start();
    }
    this.hls = new Hls({
      enableWorker: false,
      liveSyncDuration: 2.5,
      liveMaxLatencyDuration: 9,
      maxLiveSyncPlaybackRate: 1.15,
      backBufferLength: 10,
      maxBufferLength: 15,
      startFragPrefetch: true,
    });
    this.hls.on(Hls.Events.ERROR, (_event, fault) => this.troubled(fault));
    this.hls.loadSource(this.address);
    this.hls.attachMedia(this.element);
    return this.start();
  }

  start() {
    this.studio.play(this.element);
  }

  troubled(fault) {
    if (fault.details === "bufferStalledError") this.stalled = true;
    if (!fault.fatal || this.over) return;
    if (fault.type === "mediaError") return void this.hls.recoverMediaError();
    this.hls.destroy();
    this.hls = null;
    setTimeout(() => this.wait(), 1000);
  }

  measure() {
    if (!this.hls) return;
    this.studio.room.ladder.report({ frozen: Boolean(this.stalled) || this.hls.latency > BEHIND });
    this.stalled = false;
  }

  close() {
    this.over = true;
    clearInterval(this.meter);
    this.hls?.destroy();
    this.element.remove();
  }
}
