// Records the stage in a host's browser: the slide or the shared screen, the people on the stage, what they say. Of people,
// those alone who have agreed; whoever has not is neither drawn nor mixed in. Nothing of the room around is in it.
const KINDS = ["video/webm;codecs=vp8,opus", "video/webm;codecs=vp9,opus", "video/webm", "video/mp4"];
const STRIP = 0.22; // of the width: where people stand beside a slide

export class Recorder {
  /** `room`: the live room; `setting`: { slice, width, height, rate, bits }; `box`: where pieces go. */
  constructor(room, setting, box) {
    Object.assign(this, { room, setting, box, films: new Map(), sounds: new Map(), index: 0, ran: 0 });
  }

  static able() {
    return Boolean(window.MediaRecorder && window.AudioContext && window.indexedDB && HTMLCanvasElement.prototype.captureStream && Recorder.kind());
  }

  static kind() {
    return KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
  }

  /** Begin a take: pieces go out under these ids from now on. */
  begin(recording, take, paused) {
    const { width, height, rate, bits, slice } = this.setting;
    Object.assign(this, { recording, take });
    this.canvas = Object.assign(document.createElement("canvas"), { width, height });
    this.pen = this.canvas.getContext("2d", { alpha: false });
    this.mix();
    this.draw();
    this.drawing = setInterval(() => this.draw(), 1000 / rate);
    this.stopWatching = this.room.store.watch(() => this.follow());
    const stream = new MediaStream([...this.canvas.captureStream(rate).getVideoTracks(), ...this.out.stream.getAudioTracks()]);
    this.media = new MediaRecorder(stream, { mimeType: Recorder.kind(), videoBitsPerSecond: bits, audioBitsPerSecond: 48000 });
    this.media.ondataavailable = ({ data }) => data.size && this.keep(data);
    this.media.start(slice);
    this.since = performance.now();
    this.sent = 0;
    if (paused) this.pause();
  }

  pause() {
    if (this.media?.state !== "recording") return;
    this.media.pause();
    this.ran += performance.now() - this.since;
    this.since = null;
  }

  resume() {
    if (this.media?.state !== "paused") return;
    this.media.resume();
    this.since = performance.now();
  }

  /** End the take; resolves when its last piece is kept. */
  async end() {
    if (!this.media || this.ended) return;
    this.ended = true;
    const { media } = this;
    const last = new Promise((done) => (media.onstop = done));
    if (media.state !== "inactive") media.stop();
    else media.onstop();
    await last;
    clearInterval(this.drawing);
    this.stopWatching();
    for (const film of this.films.values()) drop(film);
    await this.sound.close();
    await this.box.end(this.recording, this.take, this.index);
  }

  keep(blob) {
    const now = Math.round(this.elapsed());
    const at = this.sent;
    this.sent = Math.max(now, at);
    this.box.put(this.recording, this.take, this.index, blob, at, this.sent - at);
    this.index += 1;
  }

  elapsed() {
    return this.ran + (this.since === null ? 0 : performance.now() - this.since);
  }

  // ------------------------------------------------------------------------------------------ who is in it

  /** Those on the stage who agreed. */
  people() {
    const { stage, recording } = this.room.store.state;
    const agreed = new Set(recording?.agreed || []);
    return (stage || []).filter((one) => agreed.has(one.id));
  }

  mix() {
    this.sound = new AudioContext();
    this.out = this.sound.createMediaStreamDestination();
    const silence = this.sound.createGain(); // the track is there from the beginning, whoever speaks
    silence.gain.value = 0;
    const tone = this.sound.createConstantSource();
    tone.connect(silence).connect(this.out);
    tone.start();
    this.sound.resume().catch(() => undefined);
    this.follow();
  }

  /** Mix in whose microphone is on, and nobody else. */
  follow() {
    const { studio } = this.room;
    const me = this.room.me().id;
    const wanted = new Map();
    for (const one of this.people()) {
      const track = one.id === me ? studio?.tracks.microphone : studio?.sounds.get(one.id)?.srcObject?.getAudioTracks()[0];
      if (one.microphone && track && track.readyState === "live") wanted.set(one.id, track);
    }
    for (const [id, { track, node }] of this.sounds) {
      if (wanted.get(id) === track) wanted.delete(id);
      else {
        node.disconnect();
        this.sounds.delete(id);
      }
    }
    for (const [id, track] of wanted) {
      const node = this.sound.createMediaStreamSource(new MediaStream([track]));
      node.connect(this.out);
      this.sounds.set(id, { track, node });
    }
  }

  // ------------------------------------------------------------------------------------------ what is seen

  draw() {
    const { pen, canvas } = this;
    pen.fillStyle = "#17141a";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    const people = this.people();
    const seen = new Set();
    const screen = this.film(people.find((one) => one.screen), "screen", seen);
    const main = screen || this.slide();
    const cameras = people.map((one) => [one, one.camera ? this.film(one, "camera", seen) : null]);
    const strip = main ? Math.round(canvas.width * STRIP) : 0;
    if (main) fit(pen, main, 0, 0, canvas.width - (cameras.length ? strip : 0), canvas.height);
    this.tiles(cameras, main ? canvas.width - strip : 0, main ? strip : canvas.width, Boolean(main));
    for (const [key, film] of this.films) {
      if (seen.has(key)) continue;
      drop(film);
      this.films.delete(key);
    }
  }

  tiles(cameras, left, width, column) {
    const { pen, canvas } = this;
    const columns = column ? 1 : Math.ceil(Math.sqrt(cameras.length || 1));
    const rows = Math.ceil(cameras.length / columns) || 1;
    const [wide, tall] = [width / columns, Math.min(canvas.height / rows, column ? width * 0.62 : canvas.height)];
    cameras.forEach(([person, film], place) => {
      const [x, y] = [left + (place % columns) * wide, Math.floor(place / columns) * tall];
      if (film) fit(pen, film, x, y, wide, tall);
      const size = Math.max(14, Math.round(tall / 14));
      pen.font = `${size}px system-ui, sans-serif`;
      pen.fillStyle = "#ffffff";
      pen.textAlign = "center";
      pen.fillText(person.label || "", x + wide / 2, film ? y + tall - size / 2 : y + tall / 2, wide - size);
    });
  }

  /** Somebody's picture as an element that can be drawn, or null while there is none. */
  film(person, source, seen) {
    if (!person) return null;
    const found = this.room.studio?.picture(person.id, source);
    if (!found) return null;
    if (found.element) return found.element.videoWidth ? found.element : null;
    const key = `${person.id} ${source}`;
    seen.add(key);
    let film = this.films.get(key);
    if (!film) {
      film = Object.assign(document.createElement("video"), { muted: true, playsInline: true });
      this.films.set(key, film);
    }
    if (film.srcObject !== found) {
      film.srcObject = found;
      film.play().catch(() => undefined);
    }
    return film.videoWidth ? film : null;
  }

  /** The slide that is shown, once its picture is here. */
  slide() {
    const { shown } = this.room.store.state.slides || {};
    if (!shown?.deck) return null;
    const address = `${this.room.config.base}/slides/${shown.deck}/${shown.page}?size=large`;
    if (this.shown?.address !== address) {
      const image = new Image();
      image.src = address;
      this.shown = { address, image, before: this.shown?.image.complete ? this.shown.image : null };
    }
    const { image, before } = this.shown;
    return image.complete && image.naturalWidth ? image : before;
  }
}

function fit(pen, what, x, y, wide, tall) {
  const [w, h] = [what.videoWidth || what.naturalWidth, what.videoHeight || what.naturalHeight];
  if (!w || !h) return;
  const scale = Math.min(wide / w, tall / h);
  pen.drawImage(what, x + (wide - w * scale) / 2, y + (tall - h * scale) / 2, w * scale, h * scale);
}

function drop(film) {
  film.pause();
  film.srcObject = null;
}
