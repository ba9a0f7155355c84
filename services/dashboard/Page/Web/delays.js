// How long posts took from scored to shown, over the last minute.

const windowMs = 60_000;
const mostSamples = 5_000;

export class Delays {
  #samples = [];
  #offset = -Infinity;

  // What the server's clock is ahead of this one: of all its messages the quickest one tells best.
  setClock(serverNow) {
    this.#offset = Math.max(this.#offset, Date.parse(serverNow) - Date.now());
  }

  add(posts) {
    const now = Date.now();
    for (const post of posts) {
      this.#samples.push({ at: now, ms: Math.max(0, now + this.#offset - Date.parse(post.scoredAt)) });
    }
    this.#samples = this.#samples.slice(-mostSamples);
  }

  // Median and 95th percentile, as the server gives its own; null when nothing was shown for a minute.
  read() {
    const since = Date.now() - windowMs;
    this.#samples = this.#samples.filter((sample) => sample.at >= since);
    if (this.#samples.length === 0) { return null; }
    const sorted = this.#samples.map((sample) => sample.ms).sort((a, b) => a - b);
    const at = (quantile) => sorted[Math.ceil(sorted.length * quantile) - 1] / 1000;
    return { p50Seconds: at(0.5), p95Seconds: at(0.95) };
  }
}
