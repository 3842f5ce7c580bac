import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cedarPieces } from './cedar-tokens.ts';

const source = `// permit all
@id("a // b")
forbid (principal is Operator, action, resource)
when { resource.owner == "permit" };
`;

test('the pieces, joined, are the text', () => {
  for (const text of [source, '', '"open', '@', 'permits']) {
    assert.equal(
      cedarPieces(text)
        .map((piece) => piece.text)
        .join(''),
      text,
    );
  }
});

test('words inside comments and strings are no words of the language', () => {
  const kinds = cedarPieces(source)
    .filter(({ kind }) => kind !== 'plain')
    .map(({ kind, text }) => `${kind} ${text}`);
  assert.deepEqual(kinds.slice(0, 4), [
    'comment // permit all',
    'annotation @id',
    'text "a // b"',
    'forbid forbid',
  ]);
  assert.ok(!kinds.some((kind) => kind.startsWith('permit')));
});
