// The head over a topic's events: its name, what it holds, and the way between its two faces.
import {html, nothing} from 'lit';
import {count, grouped, size} from './amounts.js';
import {plain} from './plain.js';
import {toLive, toTopic, toTopics} from './route.js';

export function topicHead(name, summary, face) {
  return html`
    <nav class="crumbs" aria-label="Path"><a href=${toTopics()}>Topics</a></nav>
    <h1 tabindex="-1" class="name">${plain(name)}</h1>
    <p class="facts">${summary ? facts(summary) : html`&nbsp;`}</p>
    <nav class="faces" aria-label="Ways to read the topic">
      <a href=${toTopic(name)} aria-current=${face === 'events' ? 'page' : nothing}>Events</a>
      <a href=${toLive(name)} aria-current=${face === 'live' ? 'page' : nothing}>Live <kbd>t</kbd></a>
    </nav>`;
}

function facts(summary) {
  return html`
    <span>${count(summary.partitionCount, 'partition')}</span>
    <span>offsets span ${grouped(summary.offsetsSpan)}</span>
    ${summary.sizeBytes == null ? nothing : html`<span>${size(summary.sizeBytes)}</span>`}
    ${Object.entries(summary.settings ?? {}).map(
      ([key, value]) => html`<span class="setting">${plain(key)}=${plain(value)}</span>`)}`;
}
