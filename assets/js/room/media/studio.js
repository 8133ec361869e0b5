// Sound and picture of this browser in the room: the seat that the server gave, what is sent, what is heard and seen.
//
// What is on is the server's word. A switch takes the device, lets the adapter carry it, and asks the server; when the server
// says no, or later switches it off, the device is given back. Whoever comes back after a cut comes with everything off.
//
// An adapter (p2p.js, janus.js, broadcast.js) is a class: new (studio), then
//   open(grant)          connect with a grant of the server; again with a new one (`renewed(grant)`) for the same seat
//   send(sources)        carry these tracks, { microphone, camera, screen }, a missing one not any more; resolves with what they
//                        are called: [{ mid, source }]
//   follow(state)        state.media is another: who sends under which names
//   step(step)           the ladder's step is another
//   picture(id, source)  a MediaStream, or an element of its own ({ element }), or null
//   camera               [width, height] of a camera's picture, if it wants another than usual
//   heard(body)          a signal of somebody's browser; gone(id): somebody was removed
//   close()
import { take } from "./capture.js";
import { chosen } from "../devices.js";

const ADAPTERS = {
  p2p: () => import("./p2p.js"),
  janus: () => import("./janus.js"),
  broadcast: () => import("./broadcast.js"),
};
const RENEW_EVERY = 15000;
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 15000;
const DOUBT = 1500; // ms in which the room's own news say why
const SOURCES = ["microphone", "camera", "screen"];

export class Studio {
  constructor(room) {
    this.room = room;
    this.kind = room.config.media?.kind || "null";
    this.state = "idle"; // connecting, there, unavailable, full, elsewhere, idle
    this.tracks = {};
    this.version = 0;
    this.settled = 0; // up to which number of the journal my own switches are known
    this.sounds = new Map();
    this.tries = 0;
  }

  start() {
    const { room } = this;
    if (!ADAPTERS[this.kind]) return;
    this.offer();
    room.store.watch(() => this.keepToTheServer());
    room.store.listen((entry) => this.hear(entry));
    room.ladder.watch((step, before) => step !== before && this.stepped(step));
    room.line.watch?.((state) => state === "socket" && this.state === "unavailable" && this.again(0));
    addEventListener("pagehide", () => this.end());
    if (room.ladder.step !== "text") this.connect();
  }

  offer() {
    const kinds = this.kind === "broadcast" && !window.MediaRecorder ? [] : SOURCES.filter((one) => one !== "screen" || navigator.mediaDevices?.getDisplayMedia);
    this.room.media.offer({
      kinds,
      turn: (kind, on) => this.turn(kind, on),
      chosen: (kind, id) => this.choose(kind, id),
      end: () => this.end(),
    });
  }

  // ------------------------------------------------------------------------------------------------ the seat

  /** Take a seat and connect. What stood before is given up. */
  async connect(again = false) {
    if (this.joining || this.over) return;
    this.joining = true;
    this.drop();
    this.set("connecting");
    try {
      const answer = await this.room.api.post("media/grant", { again }, { lane: "media", patient: false });
      if (this.over || this.room.ladder.step === "text") return;
      if (!answer.ok) return this.failed(answer);
      this.grant = answer.body;
      if (!this.grant.available) return this.again();
      const { default: Adapter } = await ADAPTERS[this.kind]();
      this.adapter = new Adapter(this);
      await this.adapter.open(this.grant);
      this.adapter.follow(this.room.store.state);
      this.renewing = setInterval(() => this.renew(), RENEW_EVERY);
      this.tries = 0;
      this.set("there");
    } catch (fault) {
      this.note(fault);
      this.again();
    } finally {
      this.joining = false;
    }
  }

  /** Resolves when it is known whether there is a connection; a switch that was pressed early is not lost. */
  connected() {
    return new Promise((done) => {
      const stop = this.room.store.watch(() => {
        if (this.state === "connecting") return;
        stop();
        done();
      });
    });
  }

  failed(answer) {
    if (answer.status === 422) return this.set("full", answer.problem);
    if (answer.status === 0 || answer.status >= 500 || answer.status === 429) return this.again();
    return this.set("unavailable");
  }

  /** Try again after a while, longer each time. */
  again(wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.tries) * (0.6 + Math.random() * 0.4)) {
    if (this.over) return;
    this.drop();
    this.set("unavailable");
    this.tries += 1;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.connect(true), wait);
  }

  /** The adapter says that its connection is gone. */
  lost() {
    if (this.state === "there") this.again(this.tries ? undefined : 300);
  }

  drop() {
    clearInterval(this.renewing);
    clearTimeout(this.waiting);
    clearTimeout(this.doubting);
    this.adapter?.close();
    this.adapter = null;
    for (const source of SOURCES) this.release(source);
    for (const id of [...this.sounds.keys()]) this.silence(id);
    this.room.store.put("speaking", []);
  }

  end() {
    if (this.over) return;
    this.over = true;
    const seat = this.grant?.seat;
    this.drop();
    if (seat) this.room.api.post("media/leave", { seat }, { lane: "media", patient: false }).catch(() => undefined);
  }

  async renew() {
    const answer = await this.room.api.post("media/renew", { seat: this.grant.seat }, { lane: "media", patient: false });
    if (answer.status === 422) this.elsewhere();
  }

  /** Another window of mine has taken the seat. */
  elsewhere() {
    this.drop();
    this.grant = null;
    this.set("elsewhere");
  }

  stepped(step) {
    if (step === "text") {
      const seat = this.grant?.seat;
      this.drop();
      this.grant = null;
      this.set("idle");
      if (seat) this.room.api.post("media/leave", { seat }, { lane: "media", patient: false });
    } else if (this.state === "idle") this.connect();
    else {
      if (step === "sound") for (const source of ["camera", "screen"]) if (this.tracks[source]) this.turn(source, false);
      this.adapter?.step(step);
    }
    this.changed();
  }

  // ------------------------------------------------------------------------------------------------ sending

  /** Switch something of mine on or off; { ok, problem }. Switches take turns. */
  turn(kind, on) {
    const done = (this.turning || Promise.resolve()).then(() => this.turnNow(kind, on));
    this.turning = done.catch(() => undefined);
    return done;
  }

  async turnNow(kind, on) {
    const { words } = this.room;
    if (this.state === "connecting") await this.connected();
    if (this.state !== "there") return { ok: false, problem: words.media[this.state === "elsewhere" ? "elsewhere" : "unavailable"] };
    try {
      if (on && !(await this.allowed())) return { ok: false, problem: this.problem || words.media.refused };
      if (on) await this.takeTrack(kind);
      else this.release(kind);
      return await this.show(kind, on);
    } catch (fault) {
      this.release(kind);
      this.adapter?.send(this.tracks).catch(() => undefined);
      if (!fault.reason || fault.reason === "refused") this.note(fault);
      return { ok: false, problem: words.media[fault.reason || "refused"] };
    }
  }

  /** Whether the grant lets me send; asks for another one, the floor may have been given meanwhile. */
  async allowed() {
    if (this.grant.sends && !this.stale) return true;
    const answer = await this.room.api.post("media/grant", { seat: this.grant.seat }, { lane: "media" });
    if (!answer.ok || !answer.body.sends || !answer.body.available) {
      this.problem = answer.problem;
      return answer.ok && !answer.body.sends; // the server says why when it is asked for the switch
    }
    this.grant = answer.body;
    this.stale = false;
    this.adapter.renewed?.(this.grant);
    return true;
  }

  async takeTrack(kind) {
    if (this.tracks[kind]) return;
    const track = await take(kind, this.adapter?.camera);
    track.enabled = false; // until the server has said yes
    track.onended = () => this.tracks[kind] === track && this.turn(kind, false);
    this.tracks = { ...this.tracks, [kind]: track };
  }

  /** Let the adapter carry what there is and ask the server; gives back what it refuses. */
  async show(kind, on) {
    const me = this.room.me();
    const wanted = { microphone: Boolean(me.microphone), camera: Boolean(me.camera), screen: Boolean(me.screen), [kind]: on };
    for (const source of SOURCES) if (wanted[source] && !this.tracks[source]) wanted[source] = false;
    this.asking = true;
    try {
      const tracks = this.grant.sends || !on ? await this.adapter.send(this.tracks) : [];
      const answer = await this.room.api.post("media/state", { seat: this.grant.seat, ...wanted, tracks }, { lane: "media" });
      if (!answer.ok) {
        this.release(kind);
        await this.adapter?.send(this.tracks);
        return { ok: false, problem: answer.problem };
      }
      this.settled = answer.body.number;
      for (const source of SOURCES) if (this.tracks[source]) this.tracks[source].enabled = Boolean(answer.body[source]);
      await this.adapter?.allowed?.(answer.body);
      return { ok: true, problem: "" };
    } finally {
      this.asking = false;
      this.changed();
    }
  }

  /** What the server has switched off is off here as well. */
  keepToTheServer() {
    const { state } = this.room.store;
    if (this.asking || state.number < this.settled) return;
    const off = SOURCES.filter((source) => this.tracks[source] && !state.me?.[source]);
    if (off.length && state.me?.id) {
      for (const source of off) this.release(source);
      this.adapter?.send(this.tracks).catch((fault) => this.note(fault));
      this.changed();
    }
    if (state.media !== this.followed || state.stage !== this.seen) {
      [this.followed, this.seen] = [state.media, state.stage];
      this.adapter?.follow(state);
      this.keepSounds(state);
      this.changed();
    }
  }

  release(source) {
    const { [source]: track, ...others } = this.tracks;
    if (!track) return;
    track.onended = null;
    track.stop();
    this.tracks = others;
  }

  /** Another device was chosen. */
  async choose(kind) {
    if (kind === "speaker") return this.sounds.forEach((one) => loud(one));
    if (!this.tracks[kind]) return undefined;
    const before = this.tracks[kind];
    const track = await take(kind, this.adapter?.camera);
    track.enabled = before.enabled;
    track.onended = () => this.tracks[kind] === track && this.turn(kind, false);
    before.onended = null;
    before.stop();
    this.tracks = { ...this.tracks, [kind]: track };
    await this.adapter?.send(this.tracks);
    return this.changed();
  }

  hear({ kind, body }) {
    if (kind === "media.signal") this.adapter?.heard?.(body);
    if (kind === "people.removed" && body.on) this.adapter?.gone?.(body.person.id);
    if (kind === "media.elsewhere" && body.seat === this.grant?.seat && !this.joining) this.elsewhere();
    if (kind === "hands.floor_ended" && body.person.id === this.room.me().id) this.stale = true;
  }

  /** What I sent has been put out. When it was not the room that wanted it so, the connection has to be made anew. */
  putOut() {
    this.stale = true;
    clearTimeout(this.doubting);
    this.doubting = setTimeout(() => {
      const me = this.room.me();
      if (SOURCES.some((source) => this.tracks[source] && me[source])) this.lost();
    }, DOUBT);
  }

  // ------------------------------------------------------------------------------------------------ hearing and seeing

  /** Let a track of somebody be heard; who is muted is not heard whatever arrives. */
  sound(id, track) {
    const known = this.sounds.get(id);
    if (known?.srcObject?.getAudioTracks()[0] === track) return;
    this.silence(id);
    const audio = new Audio();
    audio.srcObject = new MediaStream([track]);
    audio.autoplay = true;
    audio.dataset.person = id;
    audio.hidden = true;
    document.body.append(audio);
    this.sounds.set(id, audio);
    this.keepSounds(this.room.store.state);
    loud(audio);
    this.play(audio);
  }

  play(element) {
    element.play().then(
      () => this.blocked && this.unblocked(),
      (fault) => {
        if (fault.name !== "NotAllowedError") return;
        this.blocked = true;
        this.changed();
      },
    );
  }

  /** Somebody pressed "Switch the sound on". */
  unblock() {
    this.unblocked();
    for (const audio of this.sounds.values()) this.play(audio);
    this.adapter?.unblock?.();
  }

  unblocked() {
    this.blocked = false;
    this.changed();
  }

  silence(id) {
    const audio = this.sounds.get(id);
    if (!audio) return;
    audio.srcObject = null;
    audio.remove();
    this.sounds.delete(id);
  }

  keepSounds(state) {
    for (const [id, audio] of this.sounds) audio.muted = !state.stage.find((one) => one.id === id)?.microphone;
  }

  /** What shows somebody's camera or screen: a MediaStream, { element }, or null. */
  picture(id, source) {
    if (id === this.room.me().id && this.kind !== "none") {
      const track = this.tracks[source];
      if (!track) return null;
      if (this.own?.[source]?.getTracks()[0] !== track) this.own = { ...this.own, [source]: new MediaStream([track]) };
      return this.own[source];
    }
    return this.adapter?.picture(id, source) ?? null;
  }

  changed() {
    this.version += 1;
    this.room.store.put("mediaView", { state: this.state, problem: this.said || "", blocked: Boolean(this.blocked), version: this.version });
  }

  set(state, said = "") {
    this.state = state;
    this.said = said;
    this.changed();
  }

  note(fault) {
    console.warn("sound and picture:", fault); // the room goes on without
  }
}

function loud(audio) {
  const { speaker } = chosen();
  if (speaker && audio.setSinkId) audio.setSinkId(speaker).catch(() => undefined);
}
