// Counts, offsets and sizes. Offsets are 64-bit and stay text or BigInt.

export function grouped(digits) {
  return String(digits).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
}

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

export function size(bytes) {
  let amount = Number(bytes);
  let unit = 0;
  while (amount >= 1024 && unit < UNITS.length - 1) {
    amount /= 1024;
    unit++;
  }
  const digits = unit === 0 || amount >= 100 ? 0 : 1;
  return `${amount.toFixed(digits)}\u202f${unit === 0 && amount === 1 ? 'byte' : UNITS[unit]}`;
}

export function count(number, noun) {
  return `${grouped(number)} ${noun}${String(number) === '1' ? '' : 's'}`;
}

export const next = (offset) => (BigInt(offset) + 1n).toString();
export const previous = (offset) => (BigInt(offset) - 1n).toString();
export const less = (one, other) => BigInt(one) < BigInt(other);
