// Ties the stream to what is on the page.

import * as format from './format.js';
import { Delays } from './delays.js';
import { byId, setText } from './elements.js';
import { listen } from './keys.js';
import { showOrigin, showOverview, summary } from './overview.js';
import { PostList } from './post-list.js';
import { PostStore } from './post-store.js';
import { connect } from './stream.js';
import { Topics } from './topics.js';
import { Trends } from './trends.js';

const kept = 1_000;
const announceEveryMs = 15_000;
const busyPostsPerSecond = 20;
const busyRenderMs = 400;

const store = new PostStore(kept);
const list = new PostList(byId('list'), setTopic);
const topics = new Topics(setTopic);
const trends = new Trends(announce);
const delays = new Delays();

let state = null;
let connection = 'connecting';
let unshown = [];
let renderDue = false;
let renderedAt = 0;

connect({
  snapshot(data) {
    if (data.missed > 0) {
      store.clear(); // A deletion may be among what was missed.
      showMissed(data.missed);
    }
    take(data);
    takeState(data);
  },
  posts(data) {
    const fresh = take(data);
    // A page in the background shows nothing, so nothing can be said about when.
    if (!document.hidden) { unshown = unshown.concat(fresh).slice(-kept); }
  },
  stats: takeState,
  connection(next) {
    connection = next;
    showConnection();
  },
});

listen({
  ' ': togglePause,
  '0': () => setMood(''),
  '1': () => setMood('negative'),
  '2': () => setMood('neutral'),
  '3': () => setMood('positive'),
  t: () => byId('topic').focus(),
  escape: () => { setMood(''); setTopic(''); },
  '?': () => byId('help').showModal(),
});

byId('moods').addEventListener('change', (event) => setMood(event.target.value));
byId('pause').addEventListener('click', togglePause);
byId('help-open').addEventListener('click', () => byId('help').showModal());
setInterval(() => { if (state !== null && connection === 'live') { announce(summary(state)); } }, announceEveryMs);

function take({ posts, deleted }) {
  const fresh = store.add(posts);
  store.remove(deleted);
  if (fresh.length > 0 || deleted.length > 0) { scheduleRender(); }
  return fresh;
}

function takeState({ now, state: next }) {
  delays.setClock(now);
  state = next;
  showOverview(state, delays.read());
  showOrigin(state);
  topics.show(state);
  trends.show(state);
  topics.select(store.topic);
  showConnection();
  showEmpty();
}

// With the next picture; on a busy stream less often, for nobody reads a list that moves sixty times a second.
function scheduleRender() {
  if (renderDue) { return; }
  renderDue = true;
  const busy = (state?.rate.lastSecond ?? 0) > busyPostsPerSecond;
  const pause = busy ? Math.max(0, renderedAt + busyRenderMs - performance.now()) : 0;
  setTimeout(() => requestAnimationFrame(render), pause);
}

function render() {
  renderDue = false;
  renderedAt = performance.now();
  list.render(store, (state?.rate.lastSecond ?? 0) <= busyPostsPerSecond);
  delays.add(unshown);
  unshown = [];
  showPause();
  showEmpty();
}

function setMood(mood) {
  store.mood = mood;
  byId('moods').querySelector(`[value="${mood}"]`).checked = true;
  render();
}

function setTopic(topic) {
  store.topic = topic;
  topics.select(topic);
  render();
}

function togglePause() {
  if (store.paused) { store.resume(); } else { store.pause(); }
  announce(store.paused ? 'Paused.' : 'Going on.');
  render();
}

function showPause() {
  const button = byId('pause');
  const waiting = store.waiting;
  button.setAttribute('aria-pressed', String(store.paused));
  setText(button, !store.paused ? 'Pause' : waiting > 0 ? `Resume · ${format.countShort(waiting)} new` : 'Resume');
}

function showEmpty() {
  byId('empty').hidden = !list.isEmpty;
  setText(byId('empty-text'),
    store.filtered && !store.isEmpty ? 'None of the newest posts match. Esc shows everything again.'
      : state?.intake?.finished ? 'The source is read to its end; it held no posts to show.'
        : 'Waiting for the first post…');
}

function showConnection() {
  const finished = connection === 'live' && state?.intake?.finished === true;
  const shown = finished ? 'finished' : connection;
  if (document.body.dataset.connection === shown) { return; }
  if (document.body.dataset.connection === 'finished') { byId('notice').hidden = true; }
  document.body.dataset.connection = shown;
  const words = { live: 'Live', reconnecting: 'Reconnecting…', finished: 'Finished' }[shown];
  setText(byId('connection-text'), words);
  announce(words);
  if (finished) { showFinished(state); }
}

function showFinished({ mood, intake }) {
  const scored = intake.settled - intake.rejected;
  const unseen = mood.posts < scored ? ` The figures below are of the last ${format.count(mood.posts)}.` : '';
  notice(`Read to the end: ${format.posts(intake.published)}, ${format.count(scored)} scored, `
    + `${format.count(intake.rejected)} rejected, ${format.count(intake.lost)} lost.${unseen}`, intake.lost > 0);
}

function showMissed(missed) {
  notice(`${format.posts(missed)} passed while this page was away or too slow. They are counted, but not in the list.`,
    true);
}

function notice(text, warn) {
  byId('notice').hidden = false;
  byId('notice').classList.toggle('warn', warn);
  setText(byId('notice'), text);
}

function announce(text) {
  setText(byId('announce'), text);
}
