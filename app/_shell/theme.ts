/** Theme: light, dark, or what the system says. Kept in a cookie, because the server draws the first paint. */

export type Theme = 'system' | 'light' | 'dark';

export const themeCookie = 'tidegate-theme';
const yearSeconds = 365 * 24 * 60 * 60;

export function readTheme(value: string | undefined): Theme {
  return value === 'light' || value === 'dark' ? value : 'system';
}

export function currentTheme(): Theme {
  return readTheme(document.documentElement.dataset.theme);
}

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  const maxAge = theme === 'system' ? 0 : yearSeconds;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox before 140.
  document.cookie = `${themeCookie}=${theme}; Path=/; Max-Age=${maxAge}; SameSite=Strict`;
}
