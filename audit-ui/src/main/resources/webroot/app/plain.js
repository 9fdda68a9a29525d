// Text from anybody's payload. It only ever becomes a text node; characters that would hide,
// reorder or break what is read are spelled out, and its direction does not leak to the page.
import {html} from 'lit';

// C0 and C1 controls but tab and line feed, zero-width and bidirectional marks, line separators.
// The zero-width joiner stays: families and flags of emoji are made with it.
const UNSEEN =
  /([\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff])/;

export function plain(text) {
  const parts = String(text).split(UNSEEN);
  return html`<bdi>${parts.map((part, i) => (i % 2 ? spelledOut(part) : part))}</bdi>`;
}

function spelledOut(character) {
  const code = character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0');
  return html`<span class="unseen" title="a character that cannot be seen">U+${code}</span>`;
}
