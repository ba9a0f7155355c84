// The keyboard. A key that a control under the focus needs for itself stays with it.

const forTyping = 'input:not([type="radio"]), textarea, select, [contenteditable]';
const forPressing = 'button, a, summary';

// actions by key, as KeyboardEvent.key says it
export function listen(actions) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) { return; }
    const target = event.target;
    const action = actions[event.key.toLowerCase()];
    if (action === undefined
      || (target.matches(forTyping) && event.key !== 'Escape')
      || (event.key === ' ' && target.matches(forPressing))) {
      return;
    }
    event.preventDefault();
    action();
  });
}
