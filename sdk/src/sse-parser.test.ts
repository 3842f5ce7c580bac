import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createSseParser } from './sse-parser.ts';

const stream =
  ': hello\nid: 1.1\nevent: snapshot\ndata: {"a":\ndata: 1}\n\nevent: ping\r\ndata:x\r\n\r\ndata: last\n\n';
const messages = [
  { event: 'snapshot', data: '{"a":\n1}', id: '1.1' },
  { event: 'ping', data: 'x', id: '1.1' },
  { event: 'message', data: 'last', id: '1.1' },
];

test('messages are the same, however the stream is cut into pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length), { maxLength: 12 }), (cuts) => {
      const parse = createSseParser();
      const edges = [0, ...cuts.sort((a, b) => a - b), stream.length];
      const pieces = edges.slice(1).map((end, i) => stream.slice(edges[i], end));
      assert.deepEqual(pieces.flatMap(parse), messages);
    }),
  );
});

test('a block without data is no message', () => {
  assert.deepEqual(createSseParser()('event: ping\n\n: comment\n\n'), []);
});

test('a message without end is refused before it fills the memory', () => {
  const parse = createSseParser();
  const piece = 'x'.repeat(1024 * 1024);
  assert.throws(() => {
    for (let i = 0; i < 20; i++) parse(piece);
  });
});
