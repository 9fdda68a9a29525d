// Times as people of different places can both read them: UTC first, then the reader's own zone.
import {html, nothing} from 'lit';

const LAST_DATE_MS = 8.64e15;

// Swedish writes dates as ISO 8601 does, and people of no country mistake them.
const local = new Intl.DateTimeFormat('sv-SE', {
  year: 'numeric', month: '2-digit', day: '2-digit',
  hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3,
  hourCycle: 'h23', timeZoneName: 'longOffset',
});

function date(ms) {
  const number = Number(ms);
  return number >= 0 && number <= LAST_DATE_MS ? new Date(number) : null;
}

export function utcText(ms) {
  const moment = date(ms);
  return moment ? moment.toISOString().replace('T', ' ').replace('Z', ' UTC') : `${ms} ms`;
}

export function localText(ms) {
  const moment = date(ms);
  return moment ? local.format(moment).replace(',', '.') : '';
}

// For a table cell: the day stands back behind the time; the local time shows on pointing at it.
export function utcCell(ms) {
  const moment = date(ms);
  if (!moment) {
    return html`<span class="time">${ms} ms</span>`;
  }
  const [day, clock] = moment.toISOString().split('T');
  return html`<time class="time" datetime=${moment.toISOString()} title=${localText(ms)}
    ><span class="day">${day}</span> ${clock.slice(0, -1)}</time>`;
}

const STEPS = [[60, 'second'], [60, 'minute'], [24, 'hour'], [365, 'day'], [Infinity, 'year']];
const relative = new Intl.RelativeTimeFormat('en', {numeric: 'always', style: 'long'});

export function agoCell(ms) {
  if (ms == null) {
    return nothing;
  }
  let amount = (Date.now() - Number(ms)) / 1000;
  for (const [size, unit] of STEPS) {
    if (Math.abs(amount) < size) {
      return html`<span title=${utcText(ms)}>${relative.format(-Math.round(amount), unit)}</span>`;
    }
    amount /= size;
  }
  return nothing;
}
