// Mood over time: a row of rolling windows for each tracked topic, and the shifts found in them.

import * as format from './format.js';
import { byId, element, setText } from './elements.js';

export class Trends {
  #rows = new Map();
  #shifts = new Map();
  #isFirst = true;
  #announce;

  constructor(announce) {
    this.#announce = announce;
  }

  show({ windows, shifts }) {
    byId('trends').hidden = windows.length === 0 && shifts.length === 0;
    this.#showWindows(windows);
    this.#showShifts(shifts);
  }

  #showWindows(topics) {
    showHeads(topics[0]?.windows ?? []);
    keepOnly(this.#rows, new Set(topics.map(({ topic }) => topic)));
    const body = byId('window-rows');
    topics.forEach(({ topic, windows }, at) => {
      let row = this.#rows.get(topic);
      if (row === undefined) {
        row = element('tr', {}, [element('th', { scope: 'row' }, [element('bdi', { title: topic }, [topic])])]);
        this.#rows.set(topic, row);
      }
      windows.forEach((window, n) => {
        if (row.children[n + 1] === undefined) { row.append(cell()); }
        fill(row.children[n + 1], window);
      });
      if (body.children[at] !== row) { body.insertBefore(row, body.children[at] ?? null); }
    });
  }

  #showShifts(shifts) {
    byId('shifts-empty').hidden = shifts.length > 0;
    keepOnly(this.#shifts, new Set(shifts.map(keyOf)));
    const list = byId('shift-rows');
    shifts.forEach((shift, at) => {
      const key = keyOf(shift);
      let item = this.#shifts.get(key);
      if (item === undefined) {
        item = shiftItem(shift);
        this.#shifts.set(key, item);
        if (!this.#isFirst) { this.#announce(inWords(shift)); }
      }
      if (list.children[at] !== item) { list.insertBefore(item, list.children[at] ?? null); }
    });
    this.#isFirst = false;
  }
}

const keyOf = ({ topic, seconds, at }) => `${at} ${seconds} ${topic}`;

const moodOf = (mean) => (mean <= -0.05 ? 'negative' : mean >= 0.05 ? 'positive' : 'neutral');

const inWords = ({ topic, from, to }) =>
  `Mood of ${topic} shifted from ${format.score(from)} to ${format.score(to)}.`;

function keepOnly(items, wanted) {
  for (const [key, item] of items) {
    if (!wanted.has(key)) {
      item.remove();
      items.delete(key);
    }
  }
}

function showHeads(windows) {
  const heads = byId('window-heads');
  windows.forEach(({ seconds }, n) => {
    if (heads.children[n + 1] === undefined) { heads.append(element('th', { scope: 'col' })); }
    setText(heads.children[n + 1], format.span(seconds));
  });
}

const cell = () => element('td', {}, [
  element('span', { class: 'value' }),
  element('span', { class: 'muted' }),
]);

function fill(target, { posts, mean }) {
  const [value, count] = target.children;
  value.className = `value ${posts === 0 ? 'none' : moodOf(mean)}`;
  setText(value, posts === 0 ? '–' : format.score(mean));
  setText(count, format.countShort(posts));
  target.title = posts === 0 ? 'No posts' : `${format.posts(posts)}, ${format.meanInWords(mean)}`;
}

function shiftItem(shift) {
  const at = new Date(shift.at);
  const { topic, from, to, seconds, posts } = shift;
  return element('li', { title: `By chance less often than ${shift.significance.toExponential(0)}` }, [
    element('time', { class: 'muted', datetime: shift.at }, [format.when(at, new Date())]),
    element('bdi', { class: 'name' }, [topic]),
    element('span', { class: `value ${moodOf(from)}` }, [format.score(from)]),
    element('span', { class: 'arrow', 'aria-label': 'to' }, ['→']),
    element('span', { class: `value ${moodOf(to)}` }, [format.score(to)]),
    element('span', { class: 'muted' }, [`${format.posts(posts)} in ${format.span(seconds)}`]),
  ]);
}
