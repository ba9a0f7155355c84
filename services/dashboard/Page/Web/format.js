// Numbers and times as the page writes them.

const whole = new Intl.NumberFormat('en');
const tenth = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

export const count = (n) => whole.format(n);
export const countShort = (n) => (n < 10_000 ? whole.format(n) : compact.format(n));
export const posts = (n) => `${whole.format(n)} ${n === 1 ? 'post' : 'posts'}`;
export const rate = (perSecond) => (perSecond < 100 ? tenth : whole).format(perSecond);

// Never 0 % for some nor 100 % for not all.
export function percent(part, of) {
  const share = (100 * part) / of;
  if (part > 0 && share < 1) { return '<1 %'; }
  if (part < of && share > 99) { return '>99 %'; }
  return `${Math.round(share)} %`;
}

export function score(value) {
  const text = Math.abs(value).toFixed(2);
  return text === '0.00' ? text : `${value < 0 ? '−' : '+'}${text}`;
}

export function seconds(value) {
  if (value < 0.9995) { return `${Math.round(value * 1000)} ms`; }
  if (value < 100) { return `${tenth.format(value)} s`; }
  return value < 6000 ? `${Math.round(value / 60)} min` : `${tenth.format(value / 3600)} h`;
}

export function meanInWords(mean) {
  const size = Math.abs(mean);
  if (size < 0.05) { return 'balanced'; }
  return `${size < 0.25 ? 'slightly ' : size < 0.6 ? '' : 'very '}${mean < 0 ? 'negative' : 'positive'}`;
}

// A window's length: 1 min, 24 h.
export const span = (seconds) => (seconds < 3600 ? `${seconds / 60} min` : `${seconds / 3600} h`);

// The time for a post of today, the date for an older one.
export function when(time, now) {
  return time.toDateString() === now.toDateString() ? clock.format(time) : date.format(time);
}

export const fullTime = (time) => dateTime.format(time);
