// What the bar knows of sound and picture: what the media part offers, and whether it is being asked for. What is true of
// me (microphone on, camera on) is never kept here: that is the server's word, in the store.
export class Media {
  constructor() {
    this.offered = null;
    this.asked = {};
    this.watchers = new Set();
  }

  /** The media part gives itself: { kinds: ["microphone", …], turn(kind, on) → { ok, problem }, Settings, end() }. */
  offer(offered) {
    this.offered = offered;
    this.tell();
  }

  has(kind) {
    return Boolean(this.offered?.kinds.includes(kind));
  }

  /** Whether something is being turned on or off. */
  busy(kind) {
    return kind in this.asked;
  }

  /** Turn something of mine on or off; resolves with { ok, problem }. */
  async turn(kind, on) {
    if (!this.has(kind) || this.busy(kind)) return { ok: false, problem: "" };
    this.asked = { ...this.asked, [kind]: on };
    this.tell();
    try {
      return await this.offered.turn(kind, on);
    } catch (fault) {
      return { ok: false, problem: fault?.message || String(fault) };
    } finally {
      const { [kind]: _, ...others } = this.asked;
      this.asked = others;
      this.tell();
    }
  }

  end() {
    this.offered?.end?.();
  }

  tell() {
    for (const watch of [...this.watchers]) watch();
  }

  watch(watch) {
    this.watchers.add(watch);
    return () => this.watchers.delete(watch);
  }
}
