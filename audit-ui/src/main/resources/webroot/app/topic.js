// A topic's events, newest first, page by page, with a text and a moment to look for.
import {html, nothing} from 'lit';
import {PageElement} from './element.js';
import {get, topicPath} from './api.js';
import {coverageLine, joined} from './coverage.js';
import {eventTable} from './rows.js';
import {problem} from './problem.js';
import {topicHead} from './topic-head.js';
import {go, toTopic} from './route.js';

// What was on the page when the reader opened an event, so that going back loses nothing.
const left = new Map();

class TopicView extends PageElement {
  static properties = {
    topic: {}, params: {},
    summary: {state: true}, result: {state: true}, error: {state: true}, busy: {state: true},
  };

  constructor() {
    super();
    this.summary = null;
    this.result = null;
    this.error = null;
    this.busy = false;
    this.asking = null;
  }

  get address() {
    return toTopic(this.topic, this.params);
  }

  willUpdate(changed) {
    if (changed.has('topic') || changed.has('params')) {
      this.summary = null;
      this.result = left.get(this.address) ?? null;
      left.clear();
      this.loadSummary();
      if (!this.result) {
        this.load();
      }
    }
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.asking?.abort();
    if (this.result) {
      left.set(this.address, this.result);
    }
  }

  async loadSummary() {
    const topic = this.topic;
    const summary = await get(topicPath(topic)).catch(() => null);
    if (topic === this.topic) {
      this.summary = summary;
    }
  }

  async load(older = null) {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    this.busy = true;
    try {
      const {contains = '', until = '', partitions = ''} = this.params;
      const page = await get(
        `${topicPath(this.topic)}/events`,
        {limit: 100, contains, until, partitions, before: older},
        asking.signal);
      this.result = older ? this.appended(page) : page;
      this.error = null;
    } catch (error) {
      if (error.name === 'AbortError') {
        return;
      }
      this.error = error;
    }
    this.busy = false;
  }

  appended(page) {
    return {
      events: [...this.result.events, ...page.events],
      older: page.older,
      coverage: joined(this.result.coverage, page.coverage),
    };
  }

  refresh() {
    left.clear();
    this.loadSummary();
    this.load();
  }

  search(event) {
    event.preventDefault();
    const form = new FormData(event.target);
    const params = Object.fromEntries([...form].map(([name, value]) => [name, value.trim()]));
    params.until = params.until && completed(params.until);
    const address = toTopic(this.topic, params);
    if (address === this.address) {
      this.refresh();
    } else {
      go(address);
    }
  }

  render() {
    return html`
      <header class="head">${topicHead(this.topic, this.summary, 'events')}${this.tools()}</header>
      ${problem(this.error, () => this.refresh())}
      ${this.result ? this.events() : this.error ? nothing : html`<p class="empty waiting">Reading the newest events.</p>`}`;
  }

  tools() {
    const {contains = '', until = '', partitions = ''} = this.params;
    return html`<form class="tools" role="search" @submit=${this.search}>
      <label>Contains <input type="search" name="contains" data-search .value=${contains}
        placeholder="text in key, value, headers"></label>
      <label>Until (UTC) <input name="until" class="moment" .value=${until}
        placeholder="2026-03-03T14:05:00Z"></label>
      <label>Partitions <input name="partitions" class="short" .value=${partitions}
        placeholder="all" inputmode="numeric"></label>
      <button type="submit">Search</button>
      <button type="button" data-action="refresh" @click=${this.refresh}>Refresh <kbd>r</kbd></button>
    </form>`;
  }

  events() {
    const {events, older, coverage} = this.result;
    return html`
      ${events.length
        ? eventTable(events, `Events of ${this.topic}, newest first`, this.busy)
        : html`<p class="empty">${this.params.contains || this.params.until
            ? 'Nothing found in what was searched.' : 'This topic holds no events.'}</p>`}
      <div class="more">${older
        ? html`<button type="button" data-action="older" ?disabled=${this.busy}
            @click=${() => this.load(older)}>${this.params.contains ? 'Search older events' : 'Older events'} <kbd>o</kbd></button>`
        : nothing}</div>
      ${coverageLine(coverage)}`;
  }
}

// A moment may be given without its last parts: 2026-03-03, 2026-03-03 14:05.
function completed(text) {
  const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?)?Z?$/.exec(text);
  return parts ? `${parts[1]}T${parts[2] ?? '23:59'}${parts[3] ?? ':59.999'}Z` : text;
}

customElements.define('topic-view', TopicView);
