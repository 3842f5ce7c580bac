/** The time as Tidegate has it, who wrote the times in the tokens: a host whose clock is wrong must not refuse them. */

/** `Date` has a resolution of a second and was written some time ago: less than this is no difference. */
const skewNoiseMs = 2_000;

/** @param host ms since the epoch, right or wrong. */
export function createServerClock(host: { now(): number }) {
  let skewMs = 0;
  let askedAt = 0;
  return {
    now: () => host.now() + skewMs,
    noteRequest(): void {
      askedAt = host.now();
    },
    noteServerDate(serverDate: string | null): void {
      const at = serverDate === null ? Number.NaN : Date.parse(serverDate);
      if (Number.isNaN(at)) return;
      // It was written between the question and now: only what lies outside of that is another clock.
      const behindMs = at - askedAt;
      const aheadMs = at - host.now();
      skewMs = aheadMs > skewNoiseMs ? aheadMs : behindMs < -skewNoiseMs ? behindMs : 0;
    },
  };
}
