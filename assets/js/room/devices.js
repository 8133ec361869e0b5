// Devices of this browser: which there are, which were chosen (kept on this device), how loud the microphone is, how good the
// line. Nothing here is needed to enter: who refuses the microphone listens.
const KEPT_AS = "ctlp-devices";
export const PROBE = "/health"; // answers little, to everybody
const KINDS = { audioinput: "microphone", videoinput: "camera", audiooutput: "speaker" };

/** What was chosen: { microphone, camera, speaker }, each a device's id or "". */
export function chosen() {
  try {
    return { microphone: "", camera: "", speaker: "", ...JSON.parse(localStorage.getItem(KEPT_AS) || "{}") };
  } catch {
    return { microphone: "", camera: "", speaker: "" };
  }
}

export function choose(kind, id) {
  try {
    localStorage.setItem(KEPT_AS, JSON.stringify({ ...chosen(), [kind]: id }));
  } catch {
    // a browser that keeps nothing: the first device is taken
  }
}

/** { microphone: [{ id, label }], camera, speaker }; labels are empty until the browser may name them. */
export async function listed() {
  const found = { microphone: [], camera: [], speaker: [] };
  const all = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  for (const one of all) if (KINDS[one.kind] && one.deviceId) found[KINDS[one.kind]].push({ id: one.deviceId, label: one.label });
  return found;
}

/** Listen to the microphone: calls `heard(level)` with 0…1 about ten times a second. Returns how to stop. Throws as the browser does. */
export async function listenTo(heard) {
  const id = chosen().microphone;
  const stream = await navigator.mediaDevices.getUserMedia({ audio: id ? { deviceId: { ideal: id } } : true });
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Uint8Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getByteTimeDomainData(samples);
    const power = samples.reduce((sum, one) => sum + ((one - 128) / 128) ** 2, 0) / samples.length;
    heard(Math.min(1, Math.sqrt(power) * 4));
  }, 100);
  return () => {
    clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
    context.close();
  };
}

/** Three notes, so that one hears whether one hears. */
export async function playNotes() {
  const context = new AudioContext();
  const speaker = chosen().speaker;
  if (speaker && context.setSinkId) await context.setSinkId(speaker).catch(() => undefined);
  await context.resume();
  [440, 550, 660].forEach((pitch, at) => {
    const [note, loud] = [context.createOscillator(), context.createGain()];
    const start = context.currentTime + at * 0.3;
    note.frequency.value = pitch;
    loud.gain.setValueAtTime(0, start);
    loud.gain.linearRampToValueAtTime(0.2, start + 0.03);
    loud.gain.linearRampToValueAtTime(0, start + 0.25);
    note.connect(loud).connect(context.destination);
    note.start(start);
    note.stop(start + 0.3);
  });
  return new Promise((done) => setTimeout(() => context.close().then(done), 1200));
}

/** How long small questions and their answers take: { rtt: median in ms, lost: of four }. `address` answers little. */
export async function measureLine(address) {
  const taken = [];
  for (let i = 0; i < 4; i += 1) {
    const [stop, began] = [new AbortController(), performance.now()];
    const timer = setTimeout(() => stop.abort(), 5000);
    try {
      await (await fetch(address, { cache: "no-store", signal: stop.signal, headers: { "X-Background": "1" } })).arrayBuffer();
      taken.push(performance.now() - began);
    } catch {
      // counted as lost
    } finally {
      clearTimeout(timer);
    }
  }
  taken.sort((one, other) => one - other);
  return { rtt: taken.length ? taken[Math.floor(taken.length / 2)] : null, lost: 4 - taken.length };
}
