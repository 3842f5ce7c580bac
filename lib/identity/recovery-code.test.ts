import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readRecoveryCode, recoveryCode, recoveryCodeChars } from './recovery-code.ts';

const random = fc.uint8Array({ minLength: recoveryCodeChars, maxLength: recoveryCodeChars });

test('a code is read however it is written down, and each five random bits are in it', () => {
  fc.assert(
    fc.property(random, fc.boolean(), fc.constantFrom('', ' ', '-'), (bytes, upper, separator) => {
      const code = recoveryCode(bytes);
      const written = code.replaceAll('-', separator);
      const plain = code.replaceAll('-', '');
      assert.equal(readRecoveryCode(upper ? written : written.toLowerCase()), plain);
      assert.equal(new Set(plain).size > 0 && plain.length, 26);
    }),
  );
  const all = recoveryCode(Uint8Array.from({ length: 26 }, (_, index) => index));
  assert.equal(new Set(all.replaceAll('-', '')).size, 26);
});

test('two different draws never read as the same code', () => {
  fc.assert(
    fc.property(random, random, (left, right) => {
      const same = left.every((byte, at) => (byte & 31) === ((right[at] ?? 0) & 31));
      assert.equal(readRecoveryCode(recoveryCode(left)) === readRecoveryCode(recoveryCode(right)), same);
    }),
  );
});

test('what is no code is none', () => {
  for (const text of [
    '',
    'x',
    'U'.repeat(26),
    'A'.repeat(25),
    'A'.repeat(27),
    `${'A'.repeat(25)}é`,
    '_'.repeat(26),
  ]) {
    assert.equal(readRecoveryCode(text), undefined, text);
  }
});
