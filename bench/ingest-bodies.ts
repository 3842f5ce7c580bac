/** Bodies for the ingest benchmark: events as the SDK sends them, about 270 bytes each, of 10,000 users on 10 endpoints. */

const users = 10_000;
const endpoints = 10;

export function ingestBodies(count: number, eventsPerBatch: number): Buffer[] {
  const nowMs = Date.now();
  let n = 0;
  return Array.from({ length: count }, () => {
    const events = Array.from({ length: eventsPerBatch }, () => {
      n += 1;
      const user = (n * 7919) % users;
      return {
        ts: nowMs - (n % 1000),
        user: `user-${user}`,
        method: n % 5 === 0 ? 'POST' : 'GET',
        endpoint: `/v1/resource${n % endpoints}/{id}`,
        status: 200,
        latencyMs: 5 + (n % 40) / 2,
        bytes: 500 + (n % 3000),
        ip: `10.${user % 200}.${user % 97}.${user % 251}`,
        ua: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
        country: 'DE',
        tokenId: `tok_${user}`,
        objectId: `o${(n * 31) % 100_000}`,
        service: 'shop',
      };
    });
    return Buffer.from(JSON.stringify({ events }));
  });
}
