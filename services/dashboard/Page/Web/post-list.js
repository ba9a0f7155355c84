// The list of posts. All text enters the document as text nodes; a link only if it is http or https.

import * as format from './format.js';
import { element, fillStack, moodName, stack } from './elements.js';

const limit = 100;

export class PostList {
  #list;
  #items = new Map();
  #onTopic;

  constructor(list, onTopic) {
    this.#list = list;
    this.#onTopic = onTopic;
  }

  get isEmpty() { return this.#items.size === 0; }

  // Makes the list show what the store says, touching only what differs.
  render(store, animate) {
    const shown = store.shown(limit);
    const wanted = new Set(shown.map((post) => post.id));
    for (const [id, item] of this.#items) {
      if (!wanted.has(id)) {
        item.remove();
        this.#items.delete(id);
      }
    }

    const now = new Date();
    let place = this.#list.firstChild;
    for (const post of shown) {
      const item = this.#items.get(post.id);
      if (item === undefined) {
        const made = this.#item(post, now);
        made.classList.toggle('fresh', animate);
        this.#items.set(post.id, made);
        this.#list.insertBefore(made, place);
      } else if (item === place) {
        place = place.nextSibling;
      } else {
        this.#list.insertBefore(item, place);
      }
    }
  }

  #item(post, now) {
    return element('li', { class: 'post' }, [
      this.#reading(post),
      element('article', {}, [
        this.#meta(post, now),
        element('p', { class: 'text', dir: 'auto' }, [post.cut ? `${post.text}…` : post.text]),
        this.#tags(post),
      ]),
    ]);
  }

  #reading(post) {
    const bar = stack();
    fillStack(bar, post, 1);
    return element('div', { class: 'reading' }, [
      element('p', { class: 'badge' }, [
        element('span', { class: post.label },
          [element('span', { class: 'glyph', 'aria-hidden': 'true' }), moodName(post.label)]),
        element('span', { class: 'score', title: 'Positive minus negative, −1 to 1' }, [format.score(post.score)]),
      ]),
      bar,
    ]);
  }

  #meta(post, now) {
    const time = new Date(post.createdAt);
    const parts = [];
    if (post.author) { parts.push(element('bdi', { class: 'author' }, [post.author])); }
    parts.push(element('time', { datetime: post.createdAt, title: format.fullTime(time) }, [format.when(time, now)]));
    parts.push(source(post));
    if (post.truncated) {
      parts.push(element('span', { title: 'The model reads a limited number of tokens' }, ['scored by its beginning']));
    }
    return element('p', { class: 'meta' }, parts);
  }

  #tags(post) {
    return post.topics?.length > 0
      ? element('p', { class: 'tags' }, post.topics.map((topic) => {
        const button = element('button', { type: 'button', title: `Show only ${topic}` });
        button.append(element('bdi', {}, [topic]));
        button.addEventListener('click', () => this.#onTopic(topic));
        return button;
      }))
      : '';
  }
}

function source(post) {
  const name = element('bdi', {}, [post.source]);
  const url = URL.canParse(post.url ?? '') ? new URL(post.url) : null;
  return url?.protocol === 'https:' || url?.protocol === 'http:'
    ? element('a', { href: url.href, target: '_blank', rel: 'noopener noreferrer nofollow', title: url.href }, [name])
    : name;
}
