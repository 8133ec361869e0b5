// Through Janus: who sends has one connection up, everybody else one down, on which what is shown is chosen: every voice of
// the stage, the picture of who speaks (large), a few others (small), a shared screen. On the low step only who speaks, small.
import Janus from "janus-gateway";
import adapter from "webrtc-adapter";
import { Meters } from "./meters.js";
import { SPEECH_BITRATE, speechOnly } from "./opus.js";

const PLUGIN = "janus.plugin.videoroom";
const SMALL_PICTURES = 5; // beside the one that is large
const LARGE = 2;
const SIZES = { high: 700000, medium: 220000, low: 80000 };
const ANSWER_WITHIN = 10000;
const ONCE = 250; // ms in which changes of what is wanted go together
const KEPT_FOR = 3000; // ms for which somebody's picture stays large after they spoke

const ready = new Promise((done) => Janus.init({ debug: false, dependencies: Janus.useDefaultDependencies({ adapter }), callback: done }));

export default class Server {
  constructor(studio) {
    Object.assign(this, { studio, wanted: [], got: new Map(), sources: {}, mids: new Map(), speaking: [] });
  }

  async open(grant) {
    this.renewed(grant);
    await ready;
    await this.session();
    this.meters = new Meters({
      receivers: () => this.receivers(),
      connections: () => [this.down?.webrtcStuff?.pc].filter(Boolean),
      speaking: (ids) => this.heardNow(ids),
      report: (found) => this.studio.room.ladder.report(found),
    });
  }

  renewed(grant) {
    this.grant = grant;
  }

  session() {
    return new Promise((done, fail) => {
      const timer = setTimeout(() => fail(new Error("no answer")), ANSWER_WITHIN);
      this.janus = new Janus({
        server: this.grant.url,
        token: this.grant.token,
        iceServers: this.grant.ice,
        keepAlivePeriod: 20000,
        success: () => {
          clearTimeout(timer);
          done();
        },
        error: (fault) => {
          clearTimeout(timer);
          fail(new Error(String(fault)));
          this.fell();
        },
        destroyed: () => this.fell(),
      });
    });
  }

  /** The connection to Janus is over. */
  fell() {
    if (this.closed) return;
    this.studio.lost();
  }

  attach(heard, more = {}) {
    return new Promise((done, fail) => {
      this.janus.attach({
        plugin: PLUGIN,
        success: done,
        error: (fault) => fail(new Error(String(fault))),
        onmessage: (message, jsep) => heard(message, jsep),
        ...more,
      });
    });
  }

  // ------------------------------------------------------------------------------------------------ down

  /** Want what the room sends now and the step carries. */
  follow(state) {
    this.senders = (state.media?.tracks || []).filter((one) => one.id !== state.me?.id);
    this.stage = state.stage || [];
    clearTimeout(this.choosing);
    this.choosing = setTimeout(() => this.choose(), this.down ? ONCE : 0);
  }

  step() {
    this.choose();
  }

  heardNow(ids) {
    this.studio.room.store.put("speaking", ids);
    const [first] = ids.filter((id) => this.sends(id, "camera"));
    if (!first || first === this.large) return;
    clearTimeout(this.turning);
    this.turning = setTimeout(() => {
      this.large = first;
      this.choose();
    }, performance.now() - (this.turnedAt || -KEPT_FOR) > KEPT_FOR ? 0 : KEPT_FOR);
    this.turnedAt = performance.now();
  }

  sends(id, source) {
    const person = this.stage.find((one) => one.id === id);
    return Boolean(person?.[source]) && this.senders.some((one) => one.id === id && one.tracks.some((track) => track.source === source));
  }

  choose() {
    if (this.closed) return;
    const step = this.studio.room.ladder.step;
    const track = (id, source) => {
      const { seat, tracks } = this.senders.find((one) => one.id === id);
      return { id, source, feed: seat, mid: tracks.find((one) => one.source === source).mid };
    };
    const names = (source) => this.senders.map(({ id }) => id).filter((id) => this.sends(id, source));
    const voices = this.senders.filter(({ tracks }) => tracks.some((one) => one.source === "microphone")).map(({ id }) => track(id, "microphone"));
    const cameras = names("camera");
    const large = cameras.includes(this.large) ? this.large : cameras[0];
    const order = large ? [large, ...cameras.filter((id) => id !== large)] : [];
    const screens = names("screen").slice(0, 1).map((id) => track(id, "screen"));
    const pictures = {
      full: [...screens, ...order.slice(0, 1 + SMALL_PICTURES).map((id) => track(id, "camera"))],
      low: [...screens, ...(screens.length ? [] : order.slice(0, 1).map((id) => track(id, "camera")))],
    };
    this.size = { [large]: step === "full" ? LARGE : 0 };
    this.wanted = [...voices, ...(pictures[step] || [])];
    this.working = (this.working || Promise.resolve()).then(() => this.adjust()).catch((fault) => this.troubled(fault));
  }

  troubled(fault) {
    if (this.closed) return;
    this.studio.note(fault);
    this.studio.lost();
  }

  /** Make what comes down what is wanted. One change at a time. */
  async adjust() {
    if (this.closed) return;
    const key = ({ feed, mid }) => `${feed} ${mid}`;
    const wanted = new Map(this.wanted.map((one) => [key(one), one]));
    const fresh = [...wanted].filter(([name]) => !this.got.has(name)).map(([, one]) => one);
    const old = [...this.got].filter(([name]) => !wanted.has(name)).map(([, one]) => one);
    if (fresh.length || old.length) await this.subscribe(fresh, old);
    this.sizes();
    this.studio.changed();
  }

  async subscribe(fresh, old) {
    const streams = fresh.map(({ feed, mid }) => ({ feed, mid }));
    if (!this.down) {
      this.down = await this.attach((message, jsep) => this.told(message, jsep), {
        onremotetrack: () => this.place(),
        webrtcState: (on) => !on && this.troubled(new Error("connection lost")),
        connectionState: (state) => state === "failed" && this.troubled(new Error("no way to the media server")),
      });
      const { room, pin, join } = this.grant;
      await this.ask({ request: "join", ptype: "subscriber", room, pin, token: join, streams, use_msid: false, autoupdate: false });
    } else {
      const request = { request: "update" };
      if (fresh.length) request.subscribe = streams;
      if (old.length) request.unsubscribe = old.map(({ feed, mid }) => ({ feed, mid }));
      await this.ask(request);
    }
    for (const one of fresh) this.got.set(`${one.feed} ${one.mid}`, one);
    for (const one of old) {
      this.got.delete(`${one.feed} ${one.mid}`);
      if (one.source === "microphone") this.studio.silence(one.id);
    }
    this.place();
  }

  /** Ask on the connection down; resolves when it has taken effect. */
  ask(message) {
    return new Promise((done, fail) => {
      const timer = setTimeout(() => fail(new Error("no answer")), ANSWER_WITHIN);
      this.answered = (fault) => {
        clearTimeout(timer);
        this.answered = null;
        if (fault) fail(fault);
        else done();
      };
      this.down.send({ message, error: (fault) => this.answered?.(new Error(String(fault))) });
    });
  }

  told(message, jsep) {
    if (message.error) return this.answered?.(new Error(message.error));
    if (message.streams) this.streams = message.streams;
    if (jsep) {
      this.down.createAnswer({
        jsep,
        tracks: [],
        success: (answer) => {
          this.down.send({ message: { request: "start" }, jsep: answer });
          this.answered?.();
        },
        error: (fault) => this.answered?.(new Error(String(fault))),
      });
    } else if (["attached", "updated"].includes(message.videoroom)) this.answered?.();
    return undefined;
  }

  /** Which track belongs to whom, by what Janus says of its streams. */
  mine(id, source) {
    const known = [...this.got.values()].find((one) => one.id === id && one.source === source);
    const stream = known && (this.streams || []).find((one) => one.feed_id === known.feed && one.feed_mid === known.mid && one.type !== "data" && one.active !== false);
    const transceiver = stream && this.down?.webrtcStuff?.pc?.getTransceivers().find((one) => one.mid === stream.mid);
    return transceiver && { mid: stream.mid, receiver: transceiver.receiver };
  }

  place() {
    for (const { id, source } of this.got.values()) {
      const found = source === "microphone" && this.mine(id, source);
      if (found) this.studio.sound(id, found.receiver.track);
    }
    this.studio.changed();
  }

  receivers() {
    return [...this.got.values()].filter((one) => one.source === "microphone").flatMap(({ id }) => {
      const found = this.mine(id, "microphone");
      return found ? [{ person: id, receiver: found.receiver }] : [];
    });
  }

  /** The size of each picture: large who speaks, small the others. */
  sizes() {
    const streams = [];
    for (const { id, source } of this.got.values()) {
      const found = source === "camera" && this.mine(id, source);
      if (found) streams.push({ mid: found.mid, substream: this.size[id] ?? 0 });
    }
    const told = JSON.stringify(streams);
    if (!streams.length || told === this.sized) return;
    this.sized = told;
    this.down.send({ message: { request: "configure", streams } });
  }

  picture(id, source) {
    const found = this.mine(id, source);
    if (!found) return null;
    const name = `${id} ${source}`;
    this.views ??= new Map();
    if (this.views.get(name)?.getTracks()[0] !== found.receiver.track) this.views.set(name, new MediaStream([found.receiver.track]));
    return this.views.get(name);
  }

  // ------------------------------------------------------------------------------------------------ up

  async send(sources) {
    this.sources = { ...sources };
    if (!Object.keys(sources).length && !this.up) return [];
    if (!this.up) await this.publish();
    const fresh = [];
    for (const source of ["microphone", "camera", "screen"]) {
      const track = sources[source];
      const known = this.mids.get(source);
      if (known) await known.sender.replaceTrack(track || null);
      else if (track) fresh.push([source, track]);
    }
    if (fresh.length) await this.offer(fresh);
    return [...this.mids].map(([source, { mid }]) => ({ source, mid }));
  }

  async publish() {
    this.mids.clear();
    this.up = await this.attach((message, jsep) => this.upTold(message, jsep), {
      webrtcState: (on) => !on && this.putOut(),
      connectionState: (state) => state === "failed" && this.putOut(),
    });
    const { room, pin, send, feed } = this.grant;
    await this.upAsk({ request: "join", ptype: "publisher", room, pin, token: send, id: feed, display: "" });
  }

  upAsk(message, jsep) {
    return new Promise((done, fail) => {
      const timer = setTimeout(() => fail(new Error("no answer")), ANSWER_WITHIN);
      this.upAnswered = (fault, answer) => {
        clearTimeout(timer);
        this.upAnswered = null;
        if (fault) fail(fault);
        else done(answer);
      };
      this.up.send({ message, jsep, error: (fault) => this.upAnswered?.(new Error(String(fault))) });
    });
  }

  upTold(message, jsep) {
    if (message.error) return this.upAnswered?.(new Error(message.error));
    if (message.leaving === "ok" || message.unpublished === "ok") return this.putOut();
    if (message.videoroom === "joined" || jsep) return this.upAnswered?.(null, jsep);
    return undefined;
  }

  async offer(fresh) {
    const tracks = fresh.map(([source, track]) => this.described(source, track));
    const offer = await new Promise((success, error) => this.up.createOffer({ tracks, success, error }));
    const answer = await this.upAsk({ request: "configure", bitrate: this.grant.bitrate }, offer);
    await new Promise((success, error) => {
      this.up.handleRemoteJsep({ jsep: { ...answer, sdp: speechOnly(answer.sdp) }, success, error });
    });
    const all = this.up.webrtcStuff.pc.getTransceivers();
    for (const [source, track] of fresh) {
      const found = all.find((one) => one.sender.track === track);
      this.mids.set(source, { mid: found.mid, sender: found.sender });
      if (source === "microphone") await voice(found.sender);
    }
  }

  described(source, track) {
    const base = { type: source === "microphone" ? "audio" : "video", capture: track, add: true, recv: false, dontStop: true };
    return source === "camera" ? { ...base, simulcast: true, simulcastMaxBitrates: SIZES } : base;
  }

  /** The server has put out what I sent: the floor is over. */
  putOut() {
    if (!this.up || this.closed) return;
    const before = this.up;
    this.up = null;
    this.mids.clear();
    this.upAnswered?.(new Error("put out"));
    before.detach();
    this.studio.putOut();
  }

  close() {
    this.closed = true;
    clearTimeout(this.choosing);
    clearTimeout(this.turning);
    this.meters?.stop();
    this.answered?.(new Error("closed"));
    this.upAnswered?.(new Error("closed"));
    this.janus?.destroy({ cleanupHandles: true, notifyDestroyed: false });
  }
}

async function voice(sender) {
  const parameters = sender.getParameters();
  if (!parameters.encodings?.length) return;
  parameters.encodings[0].maxBitrate = SPEECH_BITRATE;
  await sender.setParameters(parameters).catch(() => undefined);
}
