// What is heard and how well it arrives: who speaks now, and loss, freezes and delays for the ladder.
const LISTEN_EVERY = 400;
const MEASURE_EVERY = 4000;
const AUDIBLE = 0.015;
const HOLD = 1200; // ms for which somebody who pauses still counts as the one who speaks

export class Meters {
  /** `receivers()` → [{ person, receiver }] of sounds; `connections()` → RTCPeerConnections; `speaking(ids)`, `report(found)`. */
  constructor({ receivers, connections, speaking, report }) {
    Object.assign(this, { receivers, connections, speaking, report, heard: new Map(), told: "", before: new Map() });
    this.timers = [setInterval(() => this.listen(), LISTEN_EVERY), setInterval(() => this.measure(), MEASURE_EVERY)];
  }

  stop() {
    for (const timer of this.timers) clearInterval(timer);
  }

  listen() {
    const now = performance.now();
    for (const { person, receiver } of this.receivers()) {
      const level = receiver.getSynchronizationSources?.()[0]?.audioLevel ?? 0;
      if (level > AUDIBLE) this.heard.set(person, { level, at: now });
    }
    for (const [person, { at }] of this.heard) if (now - at > HOLD) this.heard.delete(person);
    const loudest = [...this.heard].sort(([, one], [, other]) => other.level - one.level).map(([person]) => person);
    // who spoke first stays while both speak, so that the picture does not jump
    const [first] = this.told.split(" ");
    const order = loudest.includes(first) ? [first, ...loudest.filter((one) => one !== first)] : loudest;
    if (order.join(" ") === this.told) return;
    this.told = order.join(" ");
    this.speaking(order);
  }

  async measure() {
    let [lost, received, frozen, rtt] = [0, 0, false, 0];
    for (const connection of this.connections()) {
      const stats = await connection.getStats().catch(() => []);
      stats.forEach((one) => {
        if (one.type === "inbound-rtp") {
          const was = this.before.get(one.id) || { lost: one.packetsLost, received: one.packetsReceived, freezes: one.freezeCount || 0 };
          lost += Math.max(0, one.packetsLost - was.lost);
          received += Math.max(0, one.packetsReceived - was.received);
          frozen ||= (one.freezeCount || 0) - was.freezes > 1;
          this.before.set(one.id, { lost: one.packetsLost, received: one.packetsReceived, freezes: one.freezeCount || 0 });
        } else if (one.type === "candidate-pair" && one.nominated && one.currentRoundTripTime) {
          rtt = Math.max(rtt, one.currentRoundTripTime * 1000);
        }
      });
    }
    if (received + lost > 20) this.report({ loss: lost / (received + lost), frozen, rtt });
  }
}
