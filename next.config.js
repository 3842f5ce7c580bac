// Next draws the shell only: the API lives in server/ (see docs/decisions/0001-one-process.md).
/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  // Pages only: scripts and styles are compressed once, when they are built (server/http/static-files.ts).
  compress: true,
  typedRoutes: false,
  // Types are checked once, by `npm run verify`; a second pass inside the build would cost every first start 10 s.
  typescript: { ignoreBuildErrors: true },
  devIndicators: false,
  // No page shows a photograph, and an optimiser that fetches what a URL names is a door (SS-01).
  images: { unoptimized: true },
};
