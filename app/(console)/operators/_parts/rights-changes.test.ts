import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeOf, describeRights } from './rights-changes.ts';

const analyst = { role: 'analyst', team: 'edge', clearance: 2 } as const;

test('a change says what it means, and what is unchanged is neither named nor sent', () => {
  const after = { role: 'viewer', team: 'edge', clearance: 1 } as const;
  assert.deepEqual(
    describeRights(analyst, after).map(({ what, before, after: next }) => [what, before, next]),
    [
      ['Role', 'Analyst', 'Viewer'],
      ['Clearance', '2 · confidential', '1 · internal'],
    ],
  );
  assert.deepEqual(changeOf(analyst, after), { role: 'viewer', clearance: 1 });
  assert.deepEqual(describeRights(analyst, analyst), []);
  assert.deepEqual(changeOf(analyst, analyst), {});
});

test('a team that is taken away is sent as none, not left out', () => {
  const after = { ...analyst, team: '' };
  assert.deepEqual(changeOf(analyst, after), { team: '' });
  assert.equal(describeRights(analyst, after)[0]?.after, 'none');
});
