// What this browser sends: one track a source, taken from the devices that were chosen, given back as soon as it is off.
import { chosen } from "../devices.js";

const SIZE = [960, 540];
const RATE = { ideal: 15, max: 24 };
const SPEECH = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 };
const REASONS = {
  NotAllowedError: "no_permission",
  SecurityError: "no_permission",
  NotFoundError: "no_device",
  OverconstrainedError: "no_device",
  NotReadableError: "in_use",
  AbortError: "in_use",
};

/** A track of `source` (microphone, camera, screen); `size` of a picture. Throws an error whose `reason` is a key of words.media. */
export async function take(source, size = SIZE) {
  try {
    return source === "screen" ? await takeScreen() : await takeDevice(source, size);
  } catch (fault) {
    throw Object.assign(new Error(fault.message), { reason: fault.reason || REASONS[fault.name] || "refused" });
  }
}

async function takeDevice(source, [width, height]) {
  if (!navigator.mediaDevices?.getUserMedia) throw Object.assign(new Error("no devices"), { reason: "no_device" });
  const id = chosen()[source];
  const which = id ? { deviceId: { ideal: id } } : {};
  const wanted = source === "microphone" ? { audio: { ...SPEECH, ...which } } : { video: { width: { ideal: width }, height: { ideal: height }, frameRate: RATE, ...which } };
  const stream = await navigator.mediaDevices.getUserMedia(wanted);
  return stream.getTracks()[0];
}

async function takeScreen() {
  if (!navigator.mediaDevices?.getDisplayMedia) throw Object.assign(new Error("no screen"), { reason: "not_sharing" });
  const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 5, max: 10 } }, audio: false });
  const [track] = stream.getVideoTracks();
  track.contentHint = "detail";
  return track;
}
