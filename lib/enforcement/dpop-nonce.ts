/**
 * Server nonces for DPoP proofs (RFC 9449 sections 8 and 9), without state: a time step and its MAC. They stand in for
 * the client's clock, and bound how long a proof made in advance is of use, which a time of issue cannot: a page that
 * was broken into may date its proofs into the future.
 */

const stepMs = 30_000;
/** Steps that are accepted: a nonce lives 90 to 120 s, depending on when in its step it was handed out. */
const stepsAccepted = 4;
/** The longest that a proof stays usable; the memory of seen `jti`s must reach as far back. */
export const nonceLifetimeMs = stepMs * stepsAccepted;

/**
 * @param deps.mac 22 characters of base64url, under a key that nobody else has.
 * @param deps.equal comparison in constant time.
 */
export function createDpopNonces(deps: {
  mac: (text: string) => string;
  equal: (a: string, b: string) => boolean;
  clock: { now(): number };
}) {
  const write = (step: number) => `${step}.${deps.mac(`dpop-nonce|${step}`)}`;
  const currentStep = () => Math.floor(deps.clock.now() / stepMs);

  return {
    current: (): string => write(currentStep()),

    isFresh(nonce: string): boolean {
      const step = Number(/^(\d{1,12})\.[A-Za-z0-9_-]{22}$/.exec(nonce)?.[1] ?? Number.NaN);
      const age = currentStep() - step;
      return age >= 0 && age < stepsAccepted && deps.equal(nonce, write(step));
    },
  };
}

export type DpopNonces = ReturnType<typeof createDpopNonces>;
