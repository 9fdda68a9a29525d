// Connectors, their tasks and what stopped them.
import {html, nothing} from 'lit';
import {PageElement} from './element.js';
import {get} from './api.js';
import {count} from './amounts.js';
import {plain} from './plain.js';
import {problem} from './problem.js';

class ConnectorsView extends PageElement {
  static properties = {answer: {state: true}, error: {state: true}};

  connectedCallback() {
    super.connectedCallback();
    this.load();
  }

  async load() {
    try {
      this.answer = await get('/api/connectors');
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }

  render() {
    return html`
      <header class="head"><h1 tabindex="-1">Connectors</h1>
        <div class="tools"><button type="button" data-action="refresh" @click=${this.load}>Refresh <kbd>r</kbd></button></div></header>
      ${problem(this.error, () => this.load())}
      ${this.answer ? this.list(this.answer) : nothing}`;
  }

  list({configured, connectors}) {
    if (!configured) {
      return html`<p class="empty">No Kafka Connect is configured for this page.</p>`;
    }
    if (!connectors.length) {
      return html`<p class="empty">There are no connectors. POST a configuration to Connect's REST to make one.</p>`;
    }
    return html`<div class="sheet"><table class="connectors"><caption class="hidden">Connectors</caption>
      <thead><tr><th scope="col">Connector</th><th scope="col">Type</th><th scope="col">State</th>
        <th scope="col">Tasks</th><th scope="col">Settings</th></tr></thead>
      <tbody>${connectors.map(row)}</tbody></table></div>
      <div class="coverage" role="status"><span class="verdict complete">${count(connectors.length, 'connector')}</span>
        <span>settings that may hold secrets are left out</span></div>`;
  }
}

function row(connector) {
  return html`<tr>
    <th scope="row">${plain(connector.name)}<span class="class">${plain(shortClass(connector.class))}</span></th>
    <td>${connector.type}</td>
    <td>${state(connector)}</td>
    <td>${connector.tasks.map((task) => html`<div>${plain(String(task.id))} ${state(task)}</div>`)}</td>
    <td>${Object.entries(connector.settings).map(
      ([key, value]) => html`<div class="setting">${plain(key)}=${plain(String(value))}</div>`)}</td>
  </tr>`;
}

const shortClass = (name) => (name ?? '').split('.').pop();

function state({state: name, trace}) {
  const badge = html`<span class="state state-${name.toLowerCase()}">${name.toLowerCase()}</span>`;
  return trace
    ? html`${badge}<details class="trace"><summary>${plain(trace.split('\n')[0])}</summary><pre tabindex="0">${plain(trace)}</pre></details>`
    : badge;
}

customElements.define('connectors-view', ConnectorsView);
