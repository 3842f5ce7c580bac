import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDraft, isSame, nameProblem, stateOf, without, withText } from './draft.ts';

const inForce = [
  { name: 'owner', text: 'permit (principal, action, resource);' },
  { name: 'viewer', text: '' },
];

test('what a browser kept is used only where it is a draft', () => {
  assert.ok(isDraft(null));
  assert.ok(isDraft({ basedOn: 2, policies: inForce }));
  for (const broken of [
    undefined,
    3,
    {},
    { basedOn: 2, policies: [] },
    { basedOn: 2, policies: [{ name: 'a' }] },
  ]) {
    assert.ok(!isDraft(broken), JSON.stringify(broken));
  }
});

test('a document is known as changed, added or the same', () => {
  const edited = withText(inForce, 'viewer', 'x');
  assert.deepEqual(
    [...edited, { name: 'night', text: '' }].map((document) => stateOf(document, inForce)),
    ['same', 'changed', 'added'],
  );
  assert.ok(isSame(withText(edited, 'viewer', ''), inForce));
  assert.ok(!isSame(without(inForce, 'viewer'), inForce));
});

test('a name that the server would refuse, or that is taken, is told', () => {
  assert.equal(nameProblem('night-shift', inForce), undefined);
  assert.match(nameProblem('Night', inForce) ?? '', /Small letters/);
  assert.match(nameProblem('owner', inForce) ?? '', /already/);
});
