// Bytes as a dump: offset, sixteen bytes, and the letters among them.
import {html} from 'lit';

export function hexDump(hex) {
  const lines = [];
  for (let at = 0; at < hex.length; at += 32) {
    lines.push(line(at / 2, hex.slice(at, at + 32).match(/../g)));
  }
  return html`<pre class="dump" tabindex="0">${lines.join('\n')}</pre>`;
}

function line(at, bytes) {
  const address = at.toString(16).padStart(6, '0');
  const shown = bytes.join(' ').padEnd(47);
  const letters = bytes.map((byte) => letter(parseInt(byte, 16))).join('');
  return `${address}  ${shown}  ${letters}`;
}

const letter = (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·');
