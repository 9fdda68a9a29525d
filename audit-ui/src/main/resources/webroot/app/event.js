// One event: where and when, its key, what changed, its value, headers and stored bytes.
import {html, nothing} from 'lit';
import {PageElement} from './element.js';
import {get, topicPath} from './api.js';
import {changeTable} from './change.js';
import {count, less, next, previous, size} from './amounts.js';
import {hexDump} from './hex.js';
import {plain} from './plain.js';
import {problem} from './problem.js';
import {toEvent, toTopic, toTopics} from './route.js';
import {localText, utcText} from './times.js';
import {asText, glance, tree} from './tokens.js';

class EventView extends PageElement {
  static properties = {
    topic: {}, partition: {}, offset: {},
    found: {state: true}, error: {state: true}, copied: {state: true},
  };

  willUpdate(changed) {
    if (changed.has('topic') || changed.has('partition') || changed.has('offset')) {
      this.load();
    }
  }

  async load() {
    const address = `${topicPath(this.topic)}/${this.partition}/${this.offset}`;
    this.address = address;
    this.copied = null;
    try {
      const found = await get(address);
      if (this.address === address) {
        this.found = found;
        this.error = null;
      }
    } catch (error) {
      this.found = null;
      this.error = error;
    }
  }

  render() {
    return html`
      <header class="head">
        <nav class="crumbs" aria-label="Path"><a href=${toTopics()}>Topics</a>
          <a href=${toTopic(this.topic)} data-action="up">${plain(this.topic)}</a></nav>
        <h1 tabindex="-1" class="name">${plain(this.topic)}<span class="at">/</span>${this.partition}<span class="at">@</span>${this.offset}</h1>
        ${this.neighbours()}
      </header>
      ${problem(this.error, () => this.load())}
      ${this.found ? this.event(this.found.event) : nothing}`;
  }

  neighbours() {
    const start = this.found?.start ?? '0';
    const end = this.found?.end;
    const hasOlder = less(start, this.offset);
    const hasNewer = end === undefined || less(next(this.offset), end);
    return html`<nav class="tools" aria-label="Neighbours in the partition">
      ${this.step(hasOlder, 'previous', previous(this.offset), '[', 'Older')}
      ${this.step(hasNewer, 'next', next(this.offset), ']', 'Newer')}
      <button type="button" @click=${() => this.copy('link', window.location.href)}>Copy link</button>
      ${this.found ? html`<button type="button"
        @click=${() => this.copy('value', asText(this.found.event.value.value))}>Copy value</button>` : nothing}
      <span role="status" class="copied">${this.copied ? `The ${this.copied} is copied.` : nothing}</span>
    </nav>`;
  }

  step(there, action, offset, key, label) {
    return there
      ? html`<a class="button" data-action=${action} href=${toEvent(this.topic, this.partition, offset)}>${label} <kbd>${key}</kbd></a>`
      : html`<span class="button off">${label}</span>`;
  }

  async copy(what, text) {
    await navigator.clipboard?.writeText(text);
    this.copied = what;
  }

  event(event) {
    return html`
      <dl class="ledger">
        <div><dt>Time (UTC)</dt><dd>${utcText(event.timestampMs)}</dd></div>
        <div><dt>Local time</dt><dd>${localText(event.timestampMs)}</dd></div>
        <div><dt>Time is</dt><dd>${timeKind(event.timestampType)}</dd></div>
        <div><dt>Partition</dt><dd>${event.partition}</dd></div>
        <div><dt>Offset</dt><dd>${event.offset}</dd></div>
        ${event.leaderEpoch == null ? nothing : html`<div><dt>Leader epoch</dt><dd>${event.leaderEpoch}</dd></div>`}
      </dl>
      ${payload('Key', event.key)}
      ${event.change ? html`<section class="part" aria-labelledby="part-change">
        <h2 id="part-change">Change</h2>${changeTable(event.change)}</section>` : nothing}
      ${payload('Value', event.value)}
      ${headers(event.headers)}
      <section class="part stored"><h2>Stored bytes</h2>
        ${stored('Key', event.key)}${stored('Value', event.value)}</section>`;
  }
}

function timeKind(type) {
  return type === 'LogAppendTime' ? 'when the log took it' : type === 'CreateTime' ? 'when the producer made it' : type;
}

function payload(title, part) {
  return html`<section class="part" aria-label=${title}>
    <h2>${title} ${about(part)}</h2>
    ${part.problem ? html`<p class="undecoded">Not decoded: ${plain(part.problem)}.</p>` : nothing}
    ${part.format === 'none' ? html`<p class="none">${title === 'Value'
      ? 'No value: in a compacted topic this deletes the key.' : 'No key.'}</p>` : tree(part.value)}
  </section>`;
}

function about(part) {
  if (part.format === 'none') {
    return nothing;
  }
  return html`<span class="about">${part.format}, ${size(part.size)}${part.schema
    ? html`, schema ${part.schema.id} ${plain(part.schema.name)}` : nothing}</span>`;
}

function headers(all) {
  return html`<section class="part" aria-label="Headers"><h2>Headers <span class="about">${count(all.length, 'header')}</span></h2>
    ${all.length ? html`<div class="sheet"><table class="headers"><thead><tr><th scope="col">Name</th><th scope="col">Value</th></tr></thead>
      <tbody>${all.map((header) => html`<tr><th scope="row">${plain(header.name)}</th><td>${glance(header.value.value)}</td></tr>`)}</tbody>
    </table></div>` : html`<p class="none">None.</p>`}</section>`;
}

function stored(title, part) {
  return part.raw === undefined ? nothing : html`<details><summary>${title}, ${count(part.size, 'byte')}</summary>
    ${hexDump(part.raw)}${part.raw.length < part.size * 2
      ? html`<p class="cut">The first ${count(part.raw.length / 2, 'byte')} are shown.</p>` : nothing}</details>`;
}

customElements.define('event-view', EventView);
