import assert from 'node:assert/strict';
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { type RefreshToken, readRefreshToken, refreshToken, type TokenCrypto } from './refresh-token.ts';
import {
  familyGraceMs,
  familyIdleMs,
  familyLifetimeMs,
  judgeRefresh,
  revoked,
  rotated,
  type TokenFamily,
} from './token-family.ts';

function cryptoWith(key: string): TokenCrypto {
  return {
    mac: (input) => createHmac('sha256', key).update(input).digest('base64url'),
    sha256: (input) => createHash('sha256').update(input).digest('base64url'),
    equal: (a, b) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b)),
  };
}

const crypto = cryptoWith('server key');
const startAt = 1_900_000_000_000;
const familyId = `fam_${'A'.repeat(22)}`;
const salt = (seq: number) => String(seq).padStart(22, '0');
const tokenAt = (seq: number) => refreshToken({ familyId, seq, salt: salt(seq) }, crypto);

function freshFamily(): TokenFamily {
  return {
    id: familyId,
    subjectId: 'opr_1',
    clientId: 'console',
    audience: ['tidegate-console'],
    scope: '',
    acr: undefined,
    credentialId: 'credential',
    jkt: 'own key',
    status: 'live',
    seq: 0,
    currentHash: tokenAt(0).hash,
    currentSalt: salt(0),
    parentHash: undefined,
    parentUsedAt: undefined,
    authenticatedAt: startAt,
    createdAt: startAt,
    lastUsedAt: startAt,
    expiresAt: startAt + familyLifetimeMs,
    revokedAt: undefined,
    revokedReason: undefined,
    userAgent: '',
    address: '',
  };
}

interface Step {
  /** How many tokens back from the newest one is presented. */
  back: number;
  waitMs: number;
  foreignKey: boolean;
}

/** Applies one presentation as storage would, and says what the presenter got. */
function present(family: TokenFamily, token: RefreshToken, step: Step, nowMs: number) {
  const verdict = judgeRefresh(
    family,
    token,
    { clientId: 'console', jkt: step.foreignKey ? 'foreign' : 'own key' },
    nowMs,
  );
  if (verdict.kind === 'rotate') {
    const next = tokenAt(verdict.nextSeq);
    return {
      verdict,
      got: next,
      family: rotated(family, { seq: next.seq, hash: next.hash, salt: salt(next.seq) }, nowMs),
    };
  }
  if (verdict.kind === 'reissue') {
    return {
      verdict,
      got: refreshToken({ familyId, seq: family.seq, salt: family.currentSalt }, crypto),
      family,
    };
  }
  const ended = verdict.kind === 'reuse' ? revoked(family, 'reuse', nowMs) : family;
  return { verdict, got: undefined, family: ended };
}

// Mostly a well-behaved browser, so that histories get as far as the seventh day; now and then anything.
const steps = fc.array(
  fc.record({
    back: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 3 }) }),
    waitMs: fc.oneof(
      { weight: 4, arbitrary: fc.nat({ max: 2 * familyGraceMs }) },
      { weight: 6, arbitrary: fc.nat({ max: familyIdleMs - 1 }) },
      { weight: 1, arbitrary: fc.nat({ max: 2 * familyIdleMs }) },
    ),
    foreignKey: fc.oneof(
      { weight: 9, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.boolean() },
    ),
  }),
  { maxLength: 60, size: 'max' },
);

/** Runs a history and calls `check` at each step. */
function play(
  history: Step[],
  check: (at: {
    before: TokenFamily;
    after: TokenFamily;
    token: RefreshToken;
    step: Step;
    nowMs: number;
    got: RefreshToken | undefined;
    kind: string;
  }) => void,
): void {
  let family = freshFamily();
  let nowMs = startAt;
  for (const step of history) {
    nowMs += step.waitMs;
    const token = tokenAt(Math.max(0, family.seq - step.back));
    const outcome = present(family, token, step, nowMs);
    check({
      before: family,
      after: outcome.family,
      token,
      step,
      nowMs,
      got: outcome.got,
      kind: outcome.verdict.kind,
    });
    family = outcome.family;
  }
}

test('RT-01: a spent refresh token never works again, except the immediate parent within the grace', () => {
  fc.assert(
    fc.property(steps, (history) => {
      play(history, ({ before, token, nowMs, got }) => {
        if (token.seq === before.seq || got === undefined) return;
        assert.equal(token.seq, before.seq - 1);
        assert.ok(nowMs - (before.parentUsedAt ?? 0) < familyGraceMs);
      });
    }),
  );
});

test('RT-02: presenting a spent token of a live session ends its family, whoever holds the key', () => {
  fc.assert(
    fc.property(steps, (history) => {
      play(history, ({ before, after, token, nowMs }) => {
        const alive =
          before.status === 'live' && nowMs < before.expiresAt && nowMs - before.lastUsedAt < familyIdleMs;
        const parent = token.seq === before.seq - 1 && nowMs - (before.parentUsedAt ?? 0) < familyGraceMs;
        if (alive && token.seq < before.seq && !parent) assert.equal(after.status, 'revoked');
      });
    }),
  );
});

test('RT-02: a revoked family never gives a token again', () => {
  fc.assert(
    fc.property(steps, (history) => {
      play(history, ({ before, got }) => {
        if (before.status === 'revoked') assert.equal(got, undefined);
      });
    }),
  );
});

test('RT-04: in the grace the parent gets the very successor that is current, and nothing changes', () => {
  fc.assert(
    fc.property(steps, (history) => {
      play(history, ({ before, after, got, kind }) => {
        if (kind !== 'reissue') return;
        assert.equal(got?.hash, before.currentHash);
        assert.deepEqual(after, before);
      });
    }),
  );
});

test('RT-07: another key never gets a token, and never moves a family on', () => {
  fc.assert(
    fc.property(steps, (history) => {
      play(history, ({ before, after, step, got }) => {
        if (!step.foreignKey) return;
        assert.equal(got, undefined);
        assert.equal(after.seq, before.seq);
      });
    }),
  );
});

test('RT-06: no history moves the end of a session, and nothing is given after it or after a day of silence', () => {
  fc.assert(
    fc.property(steps, (history) => {
      play(history, ({ before, after, nowMs, got }) => {
        assert.equal(after.expiresAt, startAt + familyLifetimeMs);
        if (nowMs >= before.expiresAt || nowMs - before.lastUsedAt >= familyIdleMs) {
          assert.equal(got, undefined);
        }
      });
    }),
  );
});

test('RT-06: a browser that never rests is signed out on the seventh day to the millisecond', () => {
  const ask = (nowMs: number) =>
    judgeRefresh(freshRested(nowMs), tokenAt(0), { clientId: 'console', jkt: 'own key' }, nowMs).kind;
  const freshRested = (nowMs: number) => ({ ...freshFamily(), lastUsedAt: nowMs - 1 });
  assert.equal(ask(startAt + familyLifetimeMs - 1), 'rotate');
  assert.equal(ask(startAt + familyLifetimeMs), 'refuse');
});

test('RT-09: a token is ours only with every character as we wrote it, under our key', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 999 }),
      fc.nat({ max: 200 }),
      fc.string({ unit: 'binary-ascii' }),
      (seq, at, junk) => {
        const { text, hash } = tokenAt(seq);
        assert.equal(readRefreshToken(text, crypto)?.seq, seq);
        assert.equal(readRefreshToken(text, cryptoWith('another key')), undefined);
        assert.equal(readRefreshToken(hash, crypto), undefined);
        const cut = at % text.length;
        const changed = text.slice(0, cut) + junk + text.slice(cut + 1);
        if (changed !== text) assert.equal(readRefreshToken(changed, crypto), undefined);
      },
    ),
  );
});
