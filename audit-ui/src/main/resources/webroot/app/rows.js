// Events as rows of a table, newest first. Browse and live tail share it.
import {html, nothing} from 'lit';
import {repeat} from 'lit/directives/repeat.js';
import {operation} from './change.js';
import {glance} from './tokens.js';
import {size} from './amounts.js';
import {plain} from './plain.js';
import {toEvent} from './route.js';
import {utcCell} from './times.js';

const place = (event) => `${event.partition}@${event.offset}`;

export function eventTable(events, caption, busy = false) {
  return html`<div class="sheet" tabindex="-1"><table class="events" aria-busy=${busy}>
    <caption class="hidden">${caption}</caption>
    <thead><tr>
      <th scope="col">Time (UTC)</th>
      <th scope="col" class="place">Partition @ offset</th>
      <th scope="col">Key</th>
      <th scope="col">Value</th>
      <th scope="col" class="amount">Size</th>
    </tr></thead>
    <tbody @click=${openRow}>${repeat(events, place, row)}</tbody>
  </table></div>`;
}

// A click anywhere in a row opens it, unless it marks text or meant a link.
function openRow(event) {
  const marked = window.getSelection().toString() !== '';
  if (!marked && !event.target.closest('a')) {
    event.target.closest('tr').querySelector('a').click();
  }
}

function row(event) {
  const value = event.value;
  return html`<tr>
    <td>${utcCell(event.timestampMs)}</td>
    <td class="place"><a class="row-link" href=${toEvent(event.topic, event.partition, event.offset)}
      >${event.partition}<span class="at">@</span>${event.offset}</a></td>
    <td class="key"><div class="line">${glance(event.key.value)}${failure(event.key)}</div></td>
    <td class="payload"><div class="line">${event.change ? operation(event.change.op) : nothing}
      ${value.format === 'none' ? html`<span class="op op-other">no value</span>` : nothing}
      ${failure(value)}${shown(event)}</div></td>
    <td class="amount">${size(value.size)}</td>
  </tr>`;
}

function shown(event) {
  if (event.value.format === 'none') {
    return nothing;
  }
  return glance(event.change ? event.change.row : event.value.value);
}

function failure(payload) {
  return payload.problem
    ? html`<span class="undecoded" title=${payload.problem}>not decoded: ${plain(payload.problem)}</span> `
    : nothing;
}
