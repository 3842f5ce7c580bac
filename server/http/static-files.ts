/**
 * The console's scripts and styles, as the build compressed them once: brotli saves a sixth against compressing at each
 * request, and costs nothing then. Their names contain their hash, so browsers keep them for good.
 */

import type { RequestListener } from 'node:http';
import sirv from 'sirv';

export const staticPrefix = '/_next/static/';
const yearSeconds = 365 * 24 * 60 * 60;

/** @param folder what `/_next/static/` stands for; read once, now */
export function createStaticFiles(folder: string): RequestListener {
  const files = sirv(folder, { brotli: true, gzip: true, immutable: true, maxAge: yearSeconds });
  return (request, response) => {
    request.url = request.url?.slice(staticPrefix.length - 1);
    // The library trusts a range's edges; nobody needs a part of a script.
    delete request.headers.range;
    files(request, response);
  };
}
