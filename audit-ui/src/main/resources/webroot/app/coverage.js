// The line under every result: which offsets were looked at, what could not be read, and whether
// that is all there is. It is ruled off like the sum in a ledger.
import {html, nothing} from 'lit';
import {count, grouped, less, previous} from './amounts.js';

const SHOWN = 4;

export function coverageLine(coverage) {
  if (!coverage) {
    return nothing;
  }
  const verdict = coverage.complete ? 'Complete' : `Stopped at ${coverage.stoppedAt}`;
  return ruledOff(coverage, verdict, 'scanned');
}

// A live tail is never complete; it has missed nothing or something.
export function liveCoverageLine(coverage) {
  return coverage
    ? ruledOff(coverage, coverage.complete ? 'Nothing missed' : coverage.stoppedAt, 'arrived')
    : nothing;
}

function ruledOff(coverage, verdict, noun) {
  const spans = coverage.partitions;
  return html`<div class="coverage" role="status" aria-label="Coverage">
    <span class="verdict ${coverage.complete ? 'complete' : 'stopped'}">${verdict}</span>
    <span>${count(coverage.scanned, 'event')} ${noun}</span>
    <span class=${coverage.decodeFailures ? 'failures' : ''}>${failures(coverage.decodeFailures)}</span>
    <span>${grouped(coverage.elapsedMs)} ms</span>
    ${spans.length <= SHOWN
      ? html`<span class="spans">${spans.map(span)}</span>`
      : html`<details class="spans"><summary>${count(spans.length, 'partition')}</summary>${spans.map(span)}</details>`}
  </div>`;
}

function failures(number) {
  return number ? `${grouped(number)} failed to decode` : 'none failed to decode';
}

function span({partition, from, to}) {
  const offsets = less(from, to) ? `${from}–${previous(to)}` : 'none';
  return html`<span class="span">partition ${partition}: offsets ${offsets}</span>`;
}

// Two pages of one result covered together.
export function joined(newer, older) {
  const from = new Map(older.partitions.map((each) => [each.partition, each.from]));
  return {
    ...older,
    partitions: newer.partitions.map((each) => ({...each, from: from.get(each.partition) ?? each.from})),
    scanned: newer.scanned + older.scanned,
    decodeFailures: newer.decodeFailures + older.decodeFailures,
    elapsedMs: newer.elapsedMs + older.elapsedMs,
  };
}
