// All topics with what they hold.
import {html, nothing} from 'lit';
import {PageElement} from './element.js';
import {get} from './api.js';
import {agoCell} from './times.js';
import {count, grouped, size} from './amounts.js';
import {plain} from './plain.js';
import {problem} from './problem.js';
import {toTopic} from './route.js';

class TopicsView extends PageElement {
  static properties = {topics: {state: true}, error: {state: true}, filter: {state: true}, internal: {state: true}};

  constructor() {
    super();
    this.topics = null;
    this.error = null;
    this.filter = '';
    this.internal = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.load();
  }

  async load() {
    try {
      const answer = await get('/api/topics', this.internal ? {internal: true} : {});
      this.topics = answer.topics;
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }

  render() {
    const shown = (this.topics ?? []).filter((topic) => topic.name.includes(this.filter));
    return html`
      <header class="head">
        <h1 tabindex="-1">Topics</h1>
        <form class="tools" role="search" @submit=${(e) => e.preventDefault()}>
          <label>Filter <input type="search" data-search .value=${this.filter}
            @input=${(e) => { this.filter = e.target.value; }}></label>
          <label class="check"><input type="checkbox" .checked=${this.internal}
            @change=${(e) => { this.internal = e.target.checked; this.load(); }}> internal topics</label>
          <button type="button" @click=${this.load}>Refresh</button>
        </form>
      </header>
      ${problem(this.error, () => this.load())}
      ${this.topics ? this.table(shown) : nothing}`;
  }

  table(shown) {
    if (!this.topics.length) {
      return html`<p class="empty">There are no topics yet. Produce a first event with any Kafka client, and it shows here.</p>`;
    }
    const anySize = shown.some((topic) => topic.sizeBytes != null);
    const total = shown.reduce((sum, topic) => sum + BigInt(topic.offsetsSpan), 0n);
    return html`<div class="sheet"><table class="topics">
        <caption class="hidden">Topics</caption>
        <thead><tr><th scope="col">Topic</th><th scope="col" class="amount">Partitions</th>
          <th scope="col" class="amount"><abbr title="last offset minus first: compacted or deleted events are in it">Offsets span</abbr></th>
          ${anySize ? html`<th scope="col" class="amount">Size</th>` : nothing}
          <th scope="col">Latest event</th></tr></thead>
        <tbody>${shown.map((topic) => this.row(topic, anySize))}</tbody>
      </table></div>
      <div class="coverage" role="status"><span class="verdict complete">${count(shown.length, 'topic')}</span>
        <span>offsets span ${grouped(total)}</span>
        ${anySize ? nothing : html`<span>sizes are not told by this broker</span>`}</div>`;
  }

  row(topic, anySize) {
    return html`<tr>
      <td><a class="row-link" href=${toTopic(topic.name)}>${plain(topic.name)}</a>
        ${topic.internal ? html`<span class="tag">internal</span>` : nothing}</td>
      <td class="amount">${topic.partitionCount}</td>
      <td class="amount">${grouped(topic.offsetsSpan)}</td>
      ${anySize ? html`<td class="amount">${topic.sizeBytes == null ? '' : size(topic.sizeBytes)}</td>` : nothing}
      <td class="ago">${agoCell(topic.lastTimestampMs)}</td>
    </tr>`;
  }
}

customElements.define('topics-view', TopicsView);
