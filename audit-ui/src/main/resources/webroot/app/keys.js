// The page by keyboard. Every key presses something that is also there to click; letters typed into
// a field stay letters.
import {go, toConnectors, toLive, toSchemas, toTopic, toTopics} from './route.js';

export const KEYS = [
  ['/', 'search here, or go to a topic'],
  ['j  k', 'next and previous row'],
  ['Enter', 'open the row'],
  ['[  ]', 'older and newer event of the partition'],
  ['o', 'load older events'],
  ['r', 'refresh'],
  ['t', 'between events and live'],
  ['p', 'pause and continue the live tail'],
  ['u', 'up, to the list'],
  ['g t', 'topics'],
  ['g c', 'connectors'],
  ['g s', 'schemas'],
  ['?', 'this list'],
];

const ACTIONS = {o: 'older', r: 'refresh', p: 'pause', u: 'up', '[': 'previous', ']': 'next'};
const PLACES = {t: toTopics, c: toConnectors, s: toSchemas};

export class Keys {
  constructor(page) {
    this.page = page;
    this.going = false;
  }

  handle(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || inField(event.target)) {
      return;
    }
    if (this.press(event.key)) {
      event.preventDefault();
    }
  }

  press(key) {
    if (this.going) {
      this.going = false;
      return key in PLACES && (go(PLACES[key]()), true);
    }
    switch (key) {
      case 'g': return (this.going = true);
      case '?': return this.page.showHelp();
      case '/': return focus('main [data-search]') || focus('[data-goto]');
      case 'j': return moveRow(1);
      case 'k': return moveRow(-1);
      case 't': return this.switchFace();
      default: return click(`main [data-action="${ACTIONS[key]}"]`);
    }
  }

  switchFace() {
    const {page, topic} = this.page.route;
    if (topic) {
      go(page === 'live' ? toTopic(topic) : toLive(topic));
    }
    return Boolean(topic);
  }
}

function inField(target) {
  return target instanceof HTMLElement && target.matches('input:not([type=checkbox]), textarea, select');
}

function focus(selector) {
  const found = document.querySelector(selector);
  found?.focus();
  found?.select?.();
  return Boolean(found);
}

function click(selector) {
  const found = document.querySelector(selector);
  found?.click();
  return Boolean(found);
}

function moveRow(step) {
  const links = [...document.querySelectorAll('main .row-link')];
  const at = links.indexOf(document.activeElement);
  const wanted = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
  links[wanted]?.focus();
  return links.length > 0;
}
