/** What a customer pastes to send events: this installation's address and one key filled in. */

/** One event of now, by any POSIX shell. */
export function curlSnippet(url: string, secret: string): string {
  return [
    `curl ${url}/v1/events \\`,
    `  -H 'Authorization: Bearer ${secret}' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '{"events":[{"ts":'"$(date +%s)"'000,"user":"u-1","method":"GET","endpoint":"/v1/orders/{id}","status":200}]}'`,
  ].join('\n');
}

export function sdkSnippet(url: string, secret: string): string {
  return [
    "// `npm pack -w sdk` in Tidegate's folder makes the package to install",
    "import { createClient } from '@tidegate/sdk';",
    "import { tidegate } from '@tidegate/sdk/express';",
    '',
    'const client = createClient({',
    `  url: '${url}',`,
    `  key: '${secret}',`,
    "  service: 'orders',",
    '});',
    '',
    'app.use(tidegate(client, { user: (request) => request.user?.id }));',
  ].join('\n');
}
