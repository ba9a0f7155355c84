// The figures above the list, from the counts the server sends.

import * as format from './format.js';
import { byId, fillStack, setText } from './elements.js';

const write = (id, text) => setText(byId(id), text);

export function showOverview(state, showing) {
  const { mood, rate, scoring, intake, rejected } = state;
  showMood(mood);

  write('rate', format.rate(rate.lastSecond));
  write('rate-minute', `${format.rate(rate.lastMinute)} over 60 s`);
  write('scored', format.count(mood.posts));
  write('scored-of', intake ? `${format.count(intake.published)} taken in` : '');
  write('in-flight', intake ? format.count(intake.inFlight) : '–');
  write('oldest', intake?.inFlight > 0 ? `oldest ${format.seconds(intake.oldestSeconds)}` : '');
  showQuantiles('scoring', scoring);
  showQuantiles('showing', showing);

  const counted = rejected.malformed + rejected.refused + rejected.unscorable;
  write('rejected', format.count(Math.max(counted, intake?.rejected ?? 0)));
  write('lost', intake ? `${format.count(intake.republished)} sent again · ${format.count(intake.lost)} lost` : '');
  byId('lost').title = `Rejected as malformed ${rejected.malformed}, refused ${rejected.refused}, `
    + `unscorable ${rejected.unscorable}`;
  byId('trouble').classList.toggle('warn', (intake?.lost ?? 0) > 0);
}

export function showOrigin(state) {
  write('origin', [
    state.intake?.sources.join(', '),
    state.model && `${state.model.name} v${state.model.version}`,
  ].filter(Boolean).join(' · '));
}

// In words, for those who hear the page.
export function summary({ mood, rate }) {
  return mood.posts === 0
    ? 'No posts yet.'
    : `${format.posts(mood.posts)} scored, ${format.rate(rate.lastSecond)} per second. `
      + `${format.percent(mood.negative, mood.posts)} negative, ${format.percent(mood.neutral, mood.posts)} neutral, `
      + `${format.percent(mood.positive, mood.posts)} positive.`;
}

function showMood(mood) {
  fillStack(byId('mood-bar'), mood, mood.posts);
  if (mood.posts === 0) { return; }
  write('mean', format.score(mood.mean));
  write('mean-words', format.meanInWords(mood.mean));
  for (const name of ['negative', 'neutral', 'positive']) {
    write(`share-${name}`, format.percent(mood[name], mood.posts));
    write(`count-${name}`, format.posts(mood[name]));
  }
}

function showQuantiles(id, quantiles) {
  write(id, quantiles ? format.seconds(quantiles.p50Seconds) : '–');
  write(`${id}-95`, quantiles ? `95 % within ${format.seconds(quantiles.p95Seconds)}` : '');
}
