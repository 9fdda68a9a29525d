// What went wrong and what to do about it, with a button that tries again.
import {html, nothing} from 'lit';

export function problem(error, retry) {
  return error
    ? html`<div class="problem" role="alert">
        <p><strong>${error.message}</strong> ${error.fix ?? nothing}</p>
        ${retry ? html`<button type="button" @click=${retry}>Try again</button>` : nothing}
      </div>`
    : nothing;
}
