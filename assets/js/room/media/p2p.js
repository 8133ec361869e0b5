// From browser to browser. Whoever receives says hello to whoever sends, through the journal; the one who sends offers. Two
// who both send use "perfect negotiation": offers that cross are settled by who is the polite one.
import { Meters } from "./meters.js";
import { SPEECH_BITRATE, speechOnly } from "./opus.js";

const GATHER = 150; // ms in which candidates go together
const HELLO_AGAIN = 6000;
const SIZES = { full: { maxBitrate: 500000, scaleResolutionDownBy: 1.5 }, low: { maxBitrate: 110000, scaleResolutionDownBy: 4 } };
const SCREEN_BITRATE = 600000;

export default class Peers {
  constructor(studio) {
    Object.assign(this, { studio, peers: new Map(), sources: {}, places: new Set(), senders: [] });
  }

  open(grant) {
    this.renewed(grant);
    this.meters = new Meters({
      receivers: () => [...this.peers.values()].flatMap((peer) => peer.receivers()),
      connections: () => [...this.peers.values()].map((peer) => peer.connection),
      speaking: (ids) => this.studio.room.store.put("speaking", ids),
      report: (found) => this.studio.room.ladder.report(found),
    });
  }

  renewed(grant) {
    this.grant = grant;
    this.configuration = { iceServers: grant.ice, ...(grant.relay_only ? { iceTransportPolicy: "relay" } : {}) };
  }

  /** Greet whoever sends and is not connected; let go who is gone. */
  follow(state) {
    const me = state.me?.id;
    this.senders = (state.media?.tracks || []).filter((one) => one.id !== me);
    for (const { id, seat } of this.senders) {
      const known = this.peers.get(id);
      if (!known || known.seat !== seat) this.greet(id, seat);
    }
    for (const [id, peer] of this.peers) {
      const sends = this.senders.some((one) => one.id === id && one.seat === peer.seat);
      if (!sends && !this.sending() && !peer.wanted) this.forget(id);
    }
  }

  greet(id, seat) {
    this.peer(id, seat);
    this.signal(id, { hello: true, step: this.studio.room.ladder.step });
    clearTimeout(this.looking);
    this.looking = setTimeout(() => this.look(), HELLO_AGAIN);
  }

  /** Greet again who has not answered. */
  look() {
    for (const { id, seat } of this.senders) {
      const peer = this.peers.get(id);
      if (peer?.seat === seat && peer.connection.connectionState === "new") this.greet(id, seat);
    }
  }

  sending() {
    return Object.keys(this.sources).length > 0;
  }

  peer(id, seat) {
    const known = this.peers.get(id);
    if (known?.seat === seat) return known;
    if (known) this.forget(id);
    const made = new Peer(this, id, seat);
    this.peers.set(id, made);
    made.carry(this.sources);
    return made;
  }

  forget(id) {
    this.peers.get(id)?.close();
    this.peers.delete(id);
    this.studio.silence(id);
    this.studio.changed();
  }

  heard(body) {
    if (body.to !== this.grant.seat) return; // for another window, or before I came back
    if (body.hello && this.peers.get(body.from)?.connection.remoteDescription) this.forget(body.from); // they begin anew
    const peer = this.peer(body.from, body.seat);
    if (body.hello) peer.wanted = true;
    peer.heard(body).catch((fault) => this.studio.note(fault));
  }

  /** Somebody was removed: nothing of mine goes to them any more, whatever they do. */
  gone(id) {
    this.forget(id);
  }

  async send(sources) {
    this.sources = { ...sources };
    for (const source of Object.keys(sources)) this.places.add(source); // a place once taken stays: on again is quick
    for (const peer of this.peers.values()) await peer.carry(this.sources);
    return [...this.places].map((source) => ({ mid: "", source }));
  }

  step(step) {
    for (const { id } of this.senders) this.signal(id, { step });
    this.studio.changed();
  }

  signal(to, body) {
    const { api } = this.studio.room;
    return api.post("media/signal", { seat: this.grant.seat, to, ...body }, { lane: `signal-${to}`, patient: false });
  }

  picture(id, source) {
    const peer = this.peers.get(id);
    return peer?.pictures.get(source) ?? null;
  }

  close() {
    clearTimeout(this.looking);
    this.meters?.stop();
    for (const id of [...this.peers.keys()]) this.forget(id);
  }
}

class Peer {
  constructor(all, id, seat) {
    Object.assign(this, { all, id, seat, pictures: new Map(), names: {}, slots: {}, candidates: [], step: "full", waiting: [] });
    this.polite = all.grant.seat < seat;
    const connection = new RTCPeerConnection(all.configuration);
    this.connection = connection;
    connection.onnegotiationneeded = () => this.negotiate().catch((fault) => all.studio.note(fault));
    connection.onicecandidate = ({ candidate }) => candidate && this.gather(candidate);
    connection.ontrack = (event) => this.arrived(event);
    connection.onconnectionstatechange = () => this.moved();
  }

  /** Carry these tracks, each in its place; a place that is empty sends nothing. */
  async carry(sources) {
    for (const source of ["microphone", "camera", "screen"]) {
      const track = sources[source] || null;
      const slot = this.slots[source];
      const left_out = source !== "microphone" && !(this.step in SIZES);
      if (slot) {
        if (slot.sender.track !== track || left_out) await slot.sender.replaceTrack(left_out ? null : track);
      } else if (track) this.slots[source] = this.connection.addTransceiver(track, { direction: "sendrecv" });
      await this.limit(source);
    }
  }

  /** What the other side's step carries. */
  async limit(source) {
    const sender = this.slots[source]?.sender;
    const parameters = sender?.getParameters();
    if (!parameters?.encodings?.length) return;
    const size = SIZES[this.step] || SIZES.low;
    const wanted = { microphone: { maxBitrate: SPEECH_BITRATE }, camera: size, screen: { maxBitrate: this.step === "full" ? SCREEN_BITRATE : 200000 } };
    Object.assign(parameters.encodings[0], wanted[source]);
    await sender.setParameters(parameters).catch(() => undefined); // a change of tracks was quicker
  }

  async negotiate() {
    this.offering = true;
    try {
      await this.connection.setLocalDescription();
      await this.describe();
    } finally {
      this.offering = false;
    }
  }

  describe() {
    const streams = {};
    for (const [source, slot] of Object.entries(this.slots)) if (slot.mid) streams[slot.mid] = source;
    return this.all.signal(this.id, { description: this.connection.localDescription.toJSON(), streams });
  }

  async heard({ step, streams, description, candidates }) {
    if (step) {
      this.step = step;
      await this.carry(this.all.sources);
    }
    if (streams) this.names = streams;
    if (description) await this.settle(description);
    for (const candidate of candidates || []) {
      if (!this.connection.remoteDescription) this.waiting.push(candidate);
      else await this.connection.addIceCandidate(candidate).catch((fault) => !this.ignoring && this.all.studio.note(fault));
    }
  }

  async settle(description) {
    const { connection } = this;
    const crossing = description.type === "offer" && (this.offering || connection.signalingState !== "stable");
    this.ignoring = !this.polite && crossing;
    if (this.ignoring) return;
    await connection.setRemoteDescription({ type: description.type, sdp: speechOnly(description.sdp) });
    for (const candidate of this.waiting.splice(0)) await connection.addIceCandidate(candidate).catch(() => undefined);
    this.rename();
    if (description.type !== "offer") return;
    await connection.setLocalDescription();
    await this.describe();
  }

  gather(candidate) {
    this.candidates.push(candidate.toJSON());
    this.gathering ??= setTimeout(() => {
      this.gathering = null;
      this.all.signal(this.id, { candidates: this.candidates.splice(0) });
    }, GATHER);
  }

  arrived({ track, transceiver }) {
    track.onunmute = () => this.all.studio.changed();
    this.place(track, this.names[transceiver.mid]);
  }

  /** Names may come after tracks: put everything where it belongs. */
  rename() {
    for (const { mid, receiver } of this.connection.getTransceivers()) if (this.names[mid]) this.place(receiver.track, this.names[mid]);
  }

  place(track, source) {
    if (track.kind === "audio") this.all.studio.sound(this.id, track);
    else if (source && this.pictures.get(source)?.getTracks()[0] !== track) this.pictures.set(source, new MediaStream([track]));
    this.all.studio.changed();
  }

  receivers() {
    return this.connection.getReceivers().filter(({ track }) => track?.kind === "audio").map((receiver) => ({ person: this.id, receiver }));
  }

  moved() {
    const { all, connection } = this;
    if (connection.connectionState !== "failed" || all.peers.get(this.id) !== this) return;
    all.forget(this.id);
    all.follow(all.studio.room.store.state);
  }

  close() {
    clearTimeout(this.gathering);
    this.connection.onconnectionstatechange = null;
    this.connection.close();
  }
}
