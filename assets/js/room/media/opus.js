// Speech at 24 kbit/s with error correction and silence left out: what the sound step carries. Told in the other side's
// description, since that is what an encoder goes by.
export const SPEECH_BITRATE = 24000;
const WANTED = { maxaveragebitrate: String(SPEECH_BITRATE), useinbandfec: "1", usedtx: "1", stereo: "0" };

export function speechOnly(sdp) {
  const payload = /a=rtpmap:(\d+) opus\/48000/i.exec(sdp)?.[1];
  if (!payload) return sdp;
  const line = new RegExp(`a=fmtp:${payload} ([^\\r\\n]*)`);
  const told = line.exec(sdp)?.[1];
  const values = Object.fromEntries((told || "").split(";").filter(Boolean).map((one) => one.trim().split("=")));
  const wanted = `a=fmtp:${payload} ${Object.entries({ ...values, ...WANTED }).map((pair) => pair.join("=")).join(";")}`;
  return told === undefined ? sdp.replace(new RegExp(`(a=rtpmap:${payload} [^\\r\\n]*)`), `$1\r\n${wanted}`) : sdp.replace(line, wanted);
}
