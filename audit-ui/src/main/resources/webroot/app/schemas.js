// Subjects of the schema registry, and one subject with its versions.
import {html, nothing} from 'lit';
import {PageElement} from './element.js';
import {get} from './api.js';
import {count, grouped} from './amounts.js';
import {plain} from './plain.js';
import {problem} from './problem.js';
import {toSchemas, toSubject} from './route.js';
import {asText} from './tokens.js';

class SchemasView extends PageElement {
  static properties = {answer: {state: true}, error: {state: true}, filter: {state: true}};

  constructor() {
    super();
    this.filter = '';
  }

  connectedCallback() {
    super.connectedCallback();
    this.load();
  }

  async load() {
    try {
      this.answer = await get('/api/subjects');
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }

  render() {
    return html`
      <header class="head"><h1 tabindex="-1">Schemas</h1>
        <form class="tools" role="search" @submit=${(e) => e.preventDefault()}>
          <label>Filter <input type="search" data-search .value=${this.filter}
            @input=${(e) => { this.filter = e.target.value; }}></label>
          <button type="button" data-action="refresh" @click=${this.load}>Refresh <kbd>r</kbd></button>
        </form></header>
      ${problem(this.error, () => this.load())}
      ${this.answer ? this.list(this.answer) : nothing}`;
  }

  list({configured, subjects, more}) {
    if (!configured) {
      return html`<p class="empty">No schema registry is configured for this page.</p>`;
    }
    const shown = subjects.filter((each) => each.subject.includes(this.filter));
    return html`<div class="sheet"><table class="subjects"><caption class="hidden">Subjects</caption>
      <thead><tr><th scope="col">Subject</th><th scope="col">Type</th>
        <th scope="col" class="amount">Latest version</th><th scope="col" class="amount">Schema id</th></tr></thead>
      <tbody>${shown.map((each) => html`<tr>
        <td><a class="row-link" href=${toSubject(each.subject)}>${plain(each.subject)}</a></td>
        <td>${each.type}</td><td class="amount">${each.version}</td><td class="amount">${each.id}</td></tr>`)}</tbody>
      </table></div>
      <div class="coverage" role="status"><span class="verdict ${more ? 'stopped' : 'complete'}">${count(shown.length, 'subject')}</span>
        ${more ? html`<span>${grouped(more)} more are not listed</span>` : nothing}</div>`;
  }
}

class SubjectView extends PageElement {
  static properties = {subject: {}, answer: {state: true}, error: {state: true}};

  willUpdate(changed) {
    if (changed.has('subject')) {
      this.load();
    }
  }

  async load() {
    try {
      this.answer = await get(`/api/subjects/${encodeURIComponent(this.subject)}`);
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }

  render() {
    return html`
      <header class="head"><nav class="crumbs" aria-label="Path"><a href=${toSchemas()} data-action="up">Schemas</a></nav>
        <h1 tabindex="-1" class="name">${plain(this.subject)}</h1>
        <p class="facts">${this.answer?.compatibility ? html`<span>compatibility ${this.answer.compatibility}</span>` : html`&nbsp;`}</p></header>
      ${problem(this.error, () => this.load())}
      ${(this.answer?.versions ?? []).map((each, i) => html`<section class="part"><details ?open=${i === 0}>
        <summary><h2>Version ${each.version} <span class="about">${each.type}, schema id ${each.id}</span></h2></summary>
        <pre class="schema" tabindex="0">${plain(asText(each.schema))}</pre></details></section>`)}`;
  }
}

customElements.define('schemas-view', SchemasView);
customElements.define('subject-view', SubjectView);
