// Shows the server's typed tokens: on one line for a list, as a tree for one event. What the server
// cut off is always said, so that a part is never taken for the whole.
import {html, nothing} from 'lit';
import {grouped, count} from './amounts.js';
import {plain} from './plain.js';

const QUOTED = new Set(['string', 'enum', 'uuid']);
const NUMBERS = new Set(['int', 'long', 'float', 'double', 'number', 'decimal']);

function kind(type) {
  if (NUMBERS.has(type)) {
    return 'number';
  }
  return QUOTED.has(type) ? 'string' : type === 'boolean' ? 'boolean' : 'other';
}

function cut(token, noun) {
  return token.more
    ? html`<span class="cut" title="${count(token.more, `more ${noun}`)}">… ${grouped(token.more)} more</span>`
    : nothing;
}

function scalar(token) {
  const text = plain(token.text);
  return html`<span class="v v-${kind(token.type)}">${text}</span>${cut(token, 'character')}`;
}

function bytes(token) {
  return html`<span class="v v-bytes" title=${count(token.size, 'byte')}>${token.text || 'empty'}</span>${cut(token, 'byte')}`;
}

function leaf(token) {
  if (token.type === 'null') {
    return html`<span class="v v-null">null</span>`;
  }
  return token.size === undefined ? scalar(token) : bytes(token);
}

const isStruct = (token) => token.fields !== undefined;
const isSequence = (token) => token.items !== undefined;

// One line: field names stand back, values stand out.
export function glance(token) {
  if (isStruct(token)) {
    return html`<span class="p">{</span>${token.fields.map(
      (field, i) => html`${i ? html`<span class="p">, </span>` : nothing}<span class="n">${plain(field.name)}</span
        ><span class="p">: </span>${glance(field.value)}`)}${cut(token, 'field')}<span class="p">}</span>`;
  }
  if (isSequence(token)) {
    return html`<span class="p">[</span>${token.items.map(
      (item, i) => html`${i ? html`<span class="p">, </span>` : nothing}${glance(item)}`)}${cut(token, 'item')}<span class="p">]</span>`;
  }
  return token.reading ? html`<span class="v v-other">${plain(token.reading)}</span>` : leaf(token);
}

// A tree: one line a value, with its type at the end of the line.
export function tree(token) {
  return isStruct(token) || isSequence(token)
    ? html`<ul class="tree">${children(token).map(([name, value]) => branch(name, value))}</ul>${rest(token)}`
    : html`<div class="single">${line(token)}</div>`;
}

function children(token) {
  return isStruct(token)
    ? token.fields.map((field) => [plain(field.name), field.value])
    : token.items.map((item, i) => [html`<span class="index">${i}</span>`, item]);
}

function rest(token) {
  return token.more
    ? html`<p class="cut">${count(token.more, isStruct(token) ? 'more field' : 'more item')} not shown here; the stored bytes below have all.</p>`
    : nothing;
}

function branch(name, value) {
  if (!isStruct(value) && !isSequence(value)) {
    return html`<li><span class="n">${name}</span> ${line(value)}</li>`;
  }
  const holds = isStruct(value) ? count(value.fields.length + (value.more ?? 0), 'field')
    : count(value.items.length + (value.more ?? 0), 'item');
  return html`<li><details open>
    <summary><span class="n">${name}</span> <span class="type">${value.name ? plain(value.name) : value.type}, ${holds}</span></summary>
    ${tree(value)}
  </details></li>`;
}

function line(token) {
  return html`<span class="value">${leaf(token)}</span>${token.reading
    ? html` <span class="reading">${plain(token.reading)}</span>` : nothing}
    <span class="type">${token.type}</span>`;
}

// The same as text, for the clipboard: numbers with the digits they have.
export function asText(token, indent = '') {
  const deeper = `${indent}  `;
  if (isStruct(token)) {
    return block('{', token.fields.map((f) => `${deeper}${JSON.stringify(f.name)}: ${asText(f.value, deeper)}`), '}', indent);
  }
  if (isSequence(token)) {
    return block('[', token.items.map((item) => `${deeper}${asText(item, deeper)}`), ']', indent);
  }
  if (token.type === 'null') {
    return 'null';
  }
  const bare = ['int', 'long', 'number', 'decimal', 'boolean', 'float', 'double'].includes(token.type);
  return bare ? token.text : JSON.stringify(token.text);
}

// What fits on a line stays on one.
function block(open, lines, close, indent) {
  const inline = `${open}${lines.map((each) => each.trimStart()).join(', ')}${close}`;
  return inline.length <= 80 && !inline.includes('\n')
    ? inline
    : `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}
