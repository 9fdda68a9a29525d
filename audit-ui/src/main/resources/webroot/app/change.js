// A row change as a table: what each column was, what it is, and which ones differ.
import {html, nothing} from 'lit';
import {glance} from './tokens.js';
import {plain} from './plain.js';

const OPERATIONS = {
  c: 'insert', u: 'update', d: 'delete', r: 'snapshot', t: 'truncate', m: 'message',
};

export function operation(op) {
  return html`<span class="op op-${OPERATIONS[op] ?? 'other'}">${OPERATIONS[op] ?? plain(op)}</span>`;
}

export function changeTable(change) {
  const before = fields(change.before);
  const after = fields(change.after);
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const both = before.size > 0 && after.size > 0;
  return html`
    <table class="change">
      <caption>
        ${operation(change.op)} ${change.source ? origin(change.source) : nothing}
      </caption>
      <thead><tr><th scope="col">Column</th>
        ${before.size ? html`<th scope="col">Before</th>` : nothing}
        ${after.size ? html`<th scope="col">After</th>` : nothing}
        ${both ? html`<th scope="col"><span class="hidden">Difference</span></th>` : nothing}
      </tr></thead>
      <tbody>${names.map((name) => row(name, before, after, both))}</tbody>
    </table>`;
}

function row(name, before, after, both) {
  const was = before.get(name);
  const is = after.get(name);
  const differs = both && JSON.stringify(was) !== JSON.stringify(is);
  return html`<tr class=${differs ? 'differs' : ''}>
    <th scope="row">${plain(name)}</th>
    ${before.size ? html`<td>${cell(was)}</td>` : nothing}
    ${after.size ? html`<td>${cell(is)}</td>` : nothing}
    ${both ? html`<td class="mark">${differs ? 'changed' : nothing}</td>` : nothing}
  </tr>`;
}

const cell = (token) => (token ? glance(token) : html`<span class="v-null">absent</span>`);

function fields(token) {
  return new Map((token?.fields ?? []).map((field) => [field.name, field.value]));
}

function origin(source) {
  const of = fields(source);
  const text = (name) => of.get(name)?.text;
  const place = [text('db'), text('schema'), text('table')].filter(Boolean).join('.');
  const details = [['transaction', text('txId')], ['log position', text('lsn')]]
    .filter(([, value]) => value)
    .map(([name, value]) => `${name} ${value}`);
  return html`in ${plain(place)}${details.map((each) => html` · ${plain(each)}`)}`;
}
