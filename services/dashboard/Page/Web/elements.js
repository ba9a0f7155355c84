// Parts of the document, made without markup: what a post says is never parsed.

import * as format from './format.js';

const moods = ['negative', 'neutral', 'positive'];

export const byId = (id) => document.getElementById(id);

export const moodName = (mood) => mood.charAt(0).toUpperCase() + mood.slice(1);

export function element(name, attributes = {}, children = []) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) { made.setAttribute(attribute, value); }
  made.append(...children);
  return made;
}

// Writes only what changed: a text set again is a change to whoever observes the document, a selection included.
export function setText(target, text) {
  if (target.textContent !== text) { target.textContent = text; }
}

// An empty bar of the three moods.
export const stack = () =>
  element('span', { class: 'stack', role: 'img' }, moods.map((mood) => element('span', { class: mood })));

// Gives the three parts of a bar their shares, and the bar its words.
export function fillStack(bar, values, total) {
  const parts = moods.map((mood) => ({ mood, value: values[mood] }));
  for (const { mood, value } of parts) {
    const part = bar.querySelector(`.${mood}`);
    const share = total > 0 ? (100 * value) / total : 0;
    part.style.flexGrow = String(share);
    part.hidden = share < 0.5;
  }
  bar.setAttribute('aria-label', total > 0
    ? moodName(parts.map(({ mood, value }) => `${mood} ${format.percent(value, total)}`).join(', '))
    : 'No posts yet');
}
