/** The document. Public: it holds no data, only the shell, the fonts and the operator's choice of theme. */

import { GeistMono } from 'geist/font/mono';
import { GeistSans } from 'geist/font/sans';
import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import './globals.css';
import { readTheme, themeCookie } from './_shell/theme.ts';
import { Providers } from './providers.tsx';

export const metadata: Metadata = {
  title: { default: 'Tidegate', template: '%s · Tidegate' },
  description: 'Adaptive API protection, run by yourself.',
  robots: { index: false, follow: false },
};

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f8f8f9' },
    { media: '(prefers-color-scheme: dark)', color: '#0a0b0d' },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Read on the server, so that the first paint has the right colours without an inline script.
  const theme = readTheme((await cookies()).get(themeCookie)?.value);
  return (
    <html
      lang="en"
      data-theme={theme === 'system' ? undefined : theme}
      className={`${GeistSans.variable} ${GeistMono.variable}`}
      suppressHydrationWarning
    >
      <body>
        <Providers>{children}</Providers>
      </body>
    </html>
  );
}
