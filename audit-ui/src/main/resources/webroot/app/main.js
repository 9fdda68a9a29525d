// The frame: the way to each view, the box that goes anywhere, help and theme.
import {html, nothing} from 'lit';
import {PageElement} from './element.js';
import {get} from './api.js';
import {KEYS, Keys} from './keys.js';
import {applyTheme, nextTheme, theme} from './theme.js';
import {go, parse, toConnectors, toSchemas, toTopics, understand} from './route.js';
import './connectors.js';
import './event.js';
import './live.js';
import './schemas.js';
import './topic.js';
import './topics.js';

const SECTIONS = {topic: 'topics', live: 'topics', event: 'topics', subject: 'schemas'};

class DaybookPage extends PageElement {
  static properties = {route: {state: true}, names: {state: true}, theme: {state: true}};

  constructor() {
    super();
    this.route = parse(window.location.hash);
    this.names = [];
    this.theme = theme();
    const keys = new Keys(this);
    window.addEventListener('hashchange', () => this.moved());
    window.addEventListener('keydown', (event) => keys.handle(event));
  }

  moved() {
    this.route = parse(window.location.hash);
    this.updateComplete.then(() => this.querySelector('main h1')?.focus({preventScroll: false}));
  }

  updated() {
    document.title = `${title(this.route)} · Daybook`;
  }

  render() {
    return html`
      <a class="skip" href="#main" @click=${this.skip}>To the content</a>
      <header class="bar">
        <a class="mark" href=${toTopics()}><span>Daybook</span></a>
        <nav aria-label="Sections">${this.section('topics', 'Topics', toTopics())}
          ${this.section('connectors', 'Connectors', toConnectors())}
          ${this.section('schemas', 'Schemas', toSchemas())}</nav>
        <form class="goto" @submit=${this.goTo}>
          <label><span class="hidden">Go to a topic or an event</span>
            <input data-goto name="place" list="topic-names" autocomplete="off" spellcheck="false"
              placeholder="topic or topic/partition@offset" @focus=${this.loadNames}></label>
          <datalist id="topic-names">${this.names.map((name) => html`<option value=${name}></option>`)}</datalist>
        </form>
        <button type="button" class="quiet" @click=${() => { this.theme = nextTheme(); }}
          aria-label="Theme: ${this.theme}. Change it.">${this.theme}</button>
        <button type="button" class="quiet" @click=${this.showHelp} aria-label="Keyboard help">?</button>
      </header>
      <main id="main" tabindex="-1">${this.view()}</main>
      ${this.help()}`;
  }

  section(name, label, address) {
    const current = (SECTIONS[this.route.page] ?? this.route.page) === name;
    return html`<a href=${address} aria-current=${current ? 'page' : nothing}>${label}</a>`;
  }

  view() {
    const {page, topic, partition, offset, subject, params} = this.route;
    switch (page) {
      case 'topic': return html`<topic-view .topic=${topic} .params=${params}></topic-view>`;
      case 'live': return html`<live-view .topic=${topic}></live-view>`;
      case 'event': return html`<event-view .topic=${topic} .partition=${partition} .offset=${offset}></event-view>`;
      case 'connectors': return html`<connectors-view></connectors-view>`;
      case 'schemas': return html`<schemas-view></schemas-view>`;
      case 'subject': return html`<subject-view .subject=${subject}></subject-view>`;
      default: return html`<topics-view></topics-view>`;
    }
  }

  skip(event) {
    event.preventDefault();
    this.querySelector('main').focus();
  }

  goTo(event) {
    event.preventDefault();
    const place = new FormData(event.target).get('place').trim();
    if (place) {
      go(understand(place));
      event.target.reset();
    }
  }

  async loadNames() {
    const {topics} = await get('/api/topics').catch(() => ({topics: []}));
    this.names = topics.map((topic) => topic.name);
  }

  showHelp() {
    document.querySelector('#help').showModal();
    return true;
  }

  help() {
    return html`<dialog id="help" aria-labelledby="help-title">
      <h2 id="help-title">Keys</h2>
      <dl>${KEYS.map(([keys, does]) => html`<div><dt>${keys.split(/\s+/).map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${does}</dd></div>`)}</dl>
      <form method="dialog"><button>Close</button></form>
    </dialog>`;
  }
}

function title({page, topic, partition, offset, subject}) {
  return {event: `${topic} ${partition}@${offset}`, topic, live: `${topic}, live`, subject}[page]
    ?? page[0].toUpperCase() + page.slice(1);
}

applyTheme();
customElements.define('daybook-page', DaybookPage);
