// The newest posts this page knows, and which of them are to be shown. Knows nothing of the document.

export class PostStore {
  #posts = new Map();
  #capacity;
  #frozen = null;

  mood = '';
  topic = '';

  constructor(capacity) {
    this.#capacity = capacity;
  }

  get paused() { return this.#frozen !== null; }

  // Posts that came since the pause and match.
  get waiting() {
    if (this.#frozen === null) { return 0; }
    let n = 0;
    for (const post of this.#posts.values()) {
      if (!this.#frozen.has(post.id) && this.matches(post)) { n++; }
    }
    return n;
  }

  get filtered() { return this.mood !== '' || this.topic !== ''; }

  get isEmpty() { return this.#posts.size === 0; }

  // A post sent again changes nothing. Returns the ones that are new.
  add(posts) {
    const fresh = posts.filter((post) => !this.#posts.has(post.id));
    for (const post of fresh) { this.#posts.set(post.id, post); }
    for (const id of this.#posts.keys()) {
      if (this.#posts.size <= this.#capacity) { break; }
      this.#posts.delete(id);
    }
    return fresh;
  }

  // A post its author took back leaves at once, paused or not.
  remove(ids) {
    for (const id of ids) {
      this.#posts.delete(id);
      this.#frozen?.delete(id);
    }
  }

  clear() {
    this.#posts.clear();
    this.#frozen = null;
  }

  pause() { this.#frozen ??= new Map(this.#posts); }

  resume() { this.#frozen = null; }

  matches(post) {
    const topic = this.topic.toLowerCase();
    return (this.mood === '' || post.label === this.mood)
      && (topic === '' || (post.topics ?? []).some((t) => t.toLowerCase() === topic));
  }

  // Newest first.
  shown(limit) {
    const all = [...(this.#frozen ?? this.#posts).values()];
    const shown = [];
    for (let i = all.length - 1; i >= 0 && shown.length < limit; i--) {
      if (this.matches(all[i])) { shown.push(all[i]); }
    }
    return shown;
  }
}
