// Light, dark, or as the system says; remembered by the browser alone.

const CHOICES = ['auto', 'light', 'dark'];

export function theme() {
  const kept = window.localStorage.getItem('daybook.theme');
  return CHOICES.includes(kept) ? kept : 'auto';
}

export function applyTheme() {
  document.documentElement.dataset.theme = theme();
}

export function nextTheme() {
  const next = CHOICES[(CHOICES.indexOf(theme()) + 1) % CHOICES.length];
  window.localStorage.setItem('daybook.theme', next);
  applyTheme();
  return next;
}
