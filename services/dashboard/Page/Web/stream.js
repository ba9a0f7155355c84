// The connection to /events. A browser resumes a broken stream by itself and sends the last event's id along; what it
// gives up on (a refusal, a proxy's error page) is tried again here, with the id in the query.

const firstPause = 2_000;
const longestPause = 15_000;

// handlers: snapshot(data), posts(data), stats(data), connection('live' | 'reconnecting')
export function connect(handlers) {
  let lastEventId = '';
  let pause = firstPause;

  function open() {
    const source = new EventSource(lastEventId ? `/events?lastEventId=${encodeURIComponent(lastEventId)}` : '/events');

    source.addEventListener('open', () => {
      pause = firstPause;
      handlers.connection('live');
    });

    for (const name of ['snapshot', 'posts', 'stats']) {
      source.addEventListener(name, (event) => {
        lastEventId = event.lastEventId || lastEventId;
        handlers[name](JSON.parse(event.data));
      });
    }

    source.addEventListener('error', () => {
      handlers.connection('reconnecting');
      if (source.readyState === EventSource.CLOSED) {
        setTimeout(open, pause);
        pause = Math.min(pause * 2, longestPause);
      }
    });
  }

  open();
}
