// Topics: a row each with mean mood and posts, and the same as choices of the filter.

import * as format from './format.js';
import { byId, element, fillStack, setText, stack } from './elements.js';

export class Topics {
  #rows = new Map();
  #other = null;
  #selected = '';
  #onTopic;

  constructor(onTopic) {
    this.#onTopic = onTopic;
    byId('topic').addEventListener('change', (event) => onTopic(event.target.value));
  }

  show(state) {
    const list = byId('topic-rows');
    byId('topics').hidden = state.topics.length === 0;
    byId('topics-empty').hidden = state.topics.length > 0;

    const wanted = new Set(state.topics.map(({ topic }) => topic));
    for (const [topic, row] of this.#rows) {
      if (!wanted.has(topic)) {
        row.item.remove();
        if (!same(topic, this.#selected)) { optionOf(topic).remove(); }
        this.#rows.delete(topic);
      }
    }

    // A row under the keyboard or the pointer stays where it is: moving it would take the focus away.
    const held = list.contains(document.activeElement) || list.matches(':hover');
    state.topics.forEach(({ topic, mood }, at) => {
      let row = this.#rows.get(topic);
      if (row === undefined) {
        row = this.#makeRow(topic);
        this.#rows.set(topic, row);
        list.append(row.item);
      }
      row.update(mood);
      if (!held && list.children[at] !== row.item) { list.insertBefore(row.item, list.children[at] ?? null); }
    });
    this.#showOther(list, state.otherTopics);
  }

  // A topic may be chosen by a post's tag without having a row.
  select(topic) {
    this.#selected = topic;
    for (const [name, row] of this.#rows) { row.button.setAttribute('aria-pressed', String(same(name, topic))); }
    byId('topic').value = optionOf(topic).value;
  }

  #makeRow(topic) {
    optionOf(topic);
    const parts = makeParts(element('bdi', { class: 'name', title: topic }, [topic]));
    const button = element('button', { type: 'button', 'aria-pressed': 'false' }, parts.children);
    button.addEventListener('click', () =>
      this.#onTopic(button.getAttribute('aria-pressed') === 'true' ? '' : topic));
    return {
      button,
      item: element('li', {}, [button]),
      update: parts.update,
    };
  }

  // Not a choice: the page does not know which topics these are.
  #showOther(list, mood) {
    if (!mood) { return; }
    this.#other ??= element('li', { class: 'other muted' });
    setText(this.#other, `${format.posts(mood.posts)} on further topics, mean ${format.score(mood.mean)}`);
    if (list.lastChild !== this.#other) { list.append(this.#other); }
  }
}

const same = (one, other) => one.toLowerCase() === other.toLowerCase();

// The choice of that name, made if there is none.
function optionOf(topic) {
  const pick = byId('topic');
  return [...pick.options].find((option) => same(option.value, topic))
    ?? pick.appendChild(element('option', { value: topic }, [topic]));
}

function makeParts(name) {
  const bar = stack();
  const mean = element('span', { class: 'value' });
  const posts = element('span', { class: 'count' });
  return {
    children: [name, bar, mean, posts],
    update(mood) {
      fillStack(bar, mood, mood.posts);
      setText(mean, format.score(mood.mean));
      setText(posts, format.countShort(mood.posts));
    },
  };
}
