// A topic's end, as it grows. The page keeps the newest few hundred events; while it is paused, new
// ones wait in a ring of the same size. Whatever does not fit is counted and said.
import {html, nothing} from 'lit';
import {PageElement} from './element.js';
import {get, topicPath} from './api.js';
import {liveCoverageLine} from './coverage.js';
import {count, grouped} from './amounts.js';
import {eventTable} from './rows.js';
import {problem} from './problem.js';
import {Ring} from './ring.js';
import {topicHead} from './topic-head.js';

const KEPT = 500;

class LiveView extends PageElement {
  static properties = {
    topic: {}, summary: {state: true}, events: {state: true}, paused: {state: true},
    connected: {state: true}, coverage: {state: true}, dropped: {state: true}, error: {state: true},
  };

  constructor() {
    super();
    this.reset();
    this.paused = false;
    this.summary = null;
    this.source = null;
  }

  reset() {
    this.events = [];
    this.waiting = new Ring(KEPT);
    this.dropped = 0;
    this.coverage = null;
    this.connected = false;
    this.error = null;
  }

  willUpdate(changed) {
    if (changed.has('topic')) {
      this.open();
    }
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.source?.close();
  }

  async open() {
    this.source?.close();
    this.reset();
    const path = topicPath(this.topic);
    get(path).then((summary) => { this.summary = summary; }, (error) => { this.error = error; });
    this.source = new EventSource(`${path}/tail`);
    this.source.addEventListener('events', (message) => this.take(JSON.parse(message.data)));
    this.source.addEventListener('refused', (message) => this.refused(JSON.parse(message.data)));
    this.source.addEventListener('error', () => { this.connected = false; });
  }

  refused(reason) {
    this.source.close();
    this.connected = false;
    this.error = reason;
  }

  take({events, dropped, coverage}) {
    this.connected = true;
    this.coverage = coverage;
    this.dropped = dropped;
    this.waiting.push(events);
    if (this.paused) {
      this.requestUpdate();
    } else {
      this.show();
    }
  }

  show() {
    const fresh = this.waiting.drain();
    if (fresh.length) {
      this.events = [...fresh.reverse(), ...this.events].slice(0, KEPT);
    }
  }

  toggle() {
    this.paused = !this.paused;
    if (!this.paused) {
      this.show();
    }
  }

  clear() {
    this.events = [];
  }

  render() {
    return html`
      <header class="head">${topicHead(this.topic, this.summary, 'live')}${this.tools()}</header>
      ${problem(this.error, () => this.open())}
      ${this.events.length
        ? eventTable(this.events, `Events of ${this.topic} as they arrive, newest first`)
        : this.error ? nothing : html`<p class="empty">Waiting for the next event.</p>`}
      ${liveCoverageLine(this.coverage)}`;
  }

  tools() {
    const waiting = this.waiting.items.length;
    const dropped = this.dropped + this.waiting.dropped;
    return html`<div class="tools">
      <span class="pulse ${this.state()}" role="status">${this.state()}</span>
      <button type="button" data-action="pause" aria-pressed=${this.paused} @click=${this.toggle}>
        ${this.paused ? 'Continue' : 'Pause'} <kbd>p</kbd></button>
      <button type="button" data-action="clear" @click=${this.clear}>Clear</button>
      <span class="counts">${grouped(this.events.length)} shown, the newest ${KEPT} are kept
        ${this.paused ? html`· <b>${grouped(waiting)} waiting</b>` : nothing}
        · <span class=${dropped ? 'failures' : ''} data-dropped>${count(dropped, 'event')} dropped</span></span>
    </div>`;
  }

  state() {
    if (!this.connected) {
      return 'connecting';
    }
    return this.paused ? 'paused' : 'live';
  }
}

customElements.define('live-view', LiveView);
