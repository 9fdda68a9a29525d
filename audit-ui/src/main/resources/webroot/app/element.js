// The base of every part of the page. It renders into the document itself and not into a shadow
// tree, so that one style sheet, labels and find-in-page reach everything.
import {LitElement} from 'lit';

export class PageElement extends LitElement {
  createRenderRoot() {
    return this;
  }
}
