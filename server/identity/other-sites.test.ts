import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeOtherSites } from './other-sites.ts';

const told = (counts: { rpId: string; passkeys: number }[]) =>
  describeOtherSites({ store: { countByRpId: async () => counts }, rpId: 'new.example' });

test('whoever starts Tidegate under another host name is told which passkeys that costs, and what to do', async () => {
  assert.equal(await told([]), undefined);
  assert.equal(await told([{ rpId: 'new.example', passkeys: 3 }]), undefined);
  const warning = await told([
    { rpId: 'old.example', passkeys: 2 },
    { rpId: 'new.example', passkeys: 1 },
  ]);
  assert.match(String(warning), /\(new\.example\) and cannot be used here: 2 for old\.example; 1 can\./);
  assert.match(String(warning), /Set PUBLIC_URL back, or give their owners a recovery link/);
});
