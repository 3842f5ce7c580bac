/** Clients, people and ingest keys: each from its making to its end, every secret seen once. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright';
import { event, sendEvents, startSignedIn, type Tidegate } from './fixture.ts';

describe('clients, people and ingest keys', { timeout: 240_000 }, () => {
  let tidegate: Tidegate;
  let page: Page;
  let stop: () => Promise<void>;
  let errors: string[];

  before(async () => {
    const permissions = ['clipboard-read', 'clipboard-write'];
    ({ tidegate, page, errors, stop } = await startSignedIn({ permissions }));
  });

  after(() => stop?.());

  describe('an ingest key', () => {
    let secret: string;
    let successor: string;

    before(() => page.goto(`${tidegate.url}/clients?tab=keys`));

    test('shows its secret once when it is made, and the copied secret is taken at once', async () => {
      await page.getByLabel('Make a key').fill('orders');
      await page.getByRole('button', { name: 'Make a key' }).click();
      await page.getByRole('heading', { name: /Copy the secret of “orders” now/ }).waitFor();
      secret = await copiedSecret();
      assert.match(secret, /^tgk_[\w-]{43}$/);
      await sendEvents(tidegate.url, secret, [event('u-keyed', Date.now())]);
    });

    test('whose secret is stored is nowhere on the page any more, not even after a reload', async () => {
      await page.getByRole('button', { name: 'I have stored it' }).click();
      await page.getByRole('region', { name: 'The new secret' }).waitFor({ state: 'detached' });
      await keyRow('orders').waitFor();
      assert.ok(!(await page.content()).includes(secret));
      await page.reload();
      await keyRow('orders').waitFor();
      assert.ok(!(await page.content()).includes(secret));
    });

    test('says when it was used, and that of the environment says where it comes from', async () => {
      await usedJustNow(keyRow('orders')).waitFor();
      const environment = keyRow('TIDEGATE_INGEST_KEY');
      await environment.getByText('Environment', { exact: true }).waitFor();
      assert.equal(await environment.getByRole('button').count(), 0);
    });

    test('is rotated by a second one with its name, and both work until the older is revoked', async () => {
      await page.getByRole('button', { name: 'Rotate orders' }).click();
      await page.getByText('The older key of “orders” works too').waitFor();
      successor = await copiedSecret();
      assert.notEqual(successor, secret);
      await page.getByRole('button', { name: 'I have stored it' }).click();
      const older = page.getByRole('listitem').filter({ hasText: `${secret.slice(0, 8)}` });
      await older.getByText('was not used yet, so keep this one').waitFor();
      await sendEvents(tidegate.url, secret, [event('u-keyed', Date.now())]);
      await sendEvents(tidegate.url, successor, [event('u-keyed', Date.now())]);
      await older.getByText('This one can be revoked').waitFor();
    });

    test('names what its end does, and the next batch with it is refused with 401', async () => {
      await page.getByRole('button', { name: `Revoke orders ${secret.slice(0, 8)}` }).click();
      const dialog = page.getByRole('dialog', { name: 'Revoke “orders”?' });
      await dialog.getByText('is refused with 401').waitFor();
      await dialog.getByText('a service depends on it now').waitFor();
      await dialog.getByRole('button', { name: 'Revoke 1 key' }).click();
      await page.getByRole('button', { name: 'Show 1 key that ended' }).waitFor();
      const response = await fetch(`${tidegate.url}/v1/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        body: JSON.stringify({ events: [event('u-keyed', Date.now())] }),
      });
      assert.equal(response.status, 401);
      assert.equal((await response.json()).code, 'invalid_key');
      await sendEvents(tidegate.url, successor, [event('u-keyed', Date.now())]);
    });
  });

  describe('a client', () => {
    let clientId: string;
    let first: string;
    let second: string;

    test('is made from an empty list, and mistakes are said before anything is sent', async () => {
      await page.goto(`${tidegate.url}/clients`);
      await page.getByRole('link', { name: 'Make the first client' }).click();
      await page.getByLabel('Name', { exact: false }).first().fill('Nightly export');
      await page.getByLabel(/APIs that its tokens are for/).fill('api.example.com');
      await page.getByText('is not an absolute address').waitFor();
      await page.getByLabel(/APIs that its tokens are for/).fill('https://api.example.com');
      await page.getByLabel(/What it may ask for/).fill('orders:read orders:write');
      await page.getByLabel(/without a proof of possession/).check();
      await page.getByRole('button', { name: 'Make the client' }).click();
      await page.getByRole('heading', { name: /Copy the secret of “Nightly export” now/ }).waitFor();
      first = await copiedSecret();
      assert.match(first, /^tgc_[\w-]{43}$/);
      const library = await page
        .getByRole('figure')
        .filter({ hasText: 'For your OAuth library' })
        .textContent();
      clientId = /cli_[\w-]+/.exec(library ?? '')?.[0] ?? '';
      assert.notEqual(clientId, '');
      await page.getByRole('button', { name: 'I have stored it' }).click();
      await page.waitForURL(new RegExp(`/clients/${clientId}$`));
      assert.ok(!(await page.content()).includes(first));
    });

    test('gets a token with its secret, and the page says when the secret was used', async () => {
      assert.equal(await tokenStatus(first), 200);
      await usedJustNow(secretRow(first)).waitFor();
    });

    test('has two secrets while it is rotated, and no third', async () => {
      await page.getByRole('button', { name: 'Rotate' }).click();
      await page.getByRole('heading', { name: /Copy the secret of “Nightly export” now/ }).waitFor();
      second = await copiedSecret();
      await page.getByRole('button', { name: 'I have stored it' }).click();
      await page.getByText('2 of 2 in use').waitFor();
      assert.equal(await page.getByRole('button', { name: 'Rotate' }).count(), 0);
      await secretRow(first).getByText('so keep this one').waitFor();
      assert.deepEqual([await tokenStatus(first), await tokenStatus(second)], [200, 200]);
      await secretRow(first).getByText('this one can be revoked').waitFor();
    });

    test('loses one secret and goes on with the other', async () => {
      await secretRow(first)
        .getByRole('button', { name: /^Revoke the secret/ })
        .click();
      const dialog = page.getByRole('dialog', { name: /Revoke a secret/ });
      await dialog.getByText('The other secret goes on working').waitFor();
      await dialog.getByRole('button', { name: 'Revoke 1 secret' }).click();
      await page.getByText('1 of 2 in use').waitFor();
      assert.deepEqual([await tokenStatus(first), await tokenStatus(second)], [401, 200]);
    });

    test('is listed with its sessions, and its end takes every token with it', async () => {
      await page.getByRole('link', { name: 'Its sessions' }).click();
      await page.waitForURL(/\/tokens\?client=cli_/);
      await page.getByRole('row').filter({ hasText: 'Nightly export' }).first().waitFor();
      await page.goto(`${tidegate.url}/clients`);
      await page.getByRole('row').filter({ hasText: 'Nightly export' }).click();
      await page.getByRole('button', { name: 'Revoke the client' }).click();
      const dialog = page.getByRole('dialog', { name: 'Revoke “Nightly export”?' });
      await dialog.getByText('every token that it ever got ends at once').waitFor();
      await dialog.getByRole('button', { name: 'Revoke 1 client' }).click();
      await page.getByText('No secret of this client works any more.').waitFor();
      assert.equal(await tokenStatus(second), 401);
      await page.goto(`${tidegate.url}/clients`);
      await page.getByText('No client yet').waitFor();
      await page.getByLabel('1 revoked').check();
      await page.getByRole('row').filter({ hasText: 'Nightly export' }).getByText('Revoked').waitFor();
    });

    async function tokenStatus(secret: string): Promise<number> {
      const response = await fetch(`${tidegate.url}/oauth/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      });
      await response.arrayBuffer();
      return response.status;
    }

    function secretRow(secret: string) {
      return page.getByRole('listitem').filter({ hasText: secret.slice(0, 10) });
    }
  });

  describe('a person', () => {
    before(() => page.goto(`${tidegate.url}/clients?tab=people`));

    test('is invited by a link that is shown once', async () => {
      await page.getByLabel('Invite a person').fill('Ada Nwosu');
      await page.getByRole('button', { name: 'Make a link' }).click();
      await page.getByRole('heading', { name: 'Send this link to Ada Nwosu now' }).waitFor();
      const link = (await page.getByRole('figure').locator('pre').textContent()) ?? '';
      assert.ok(link.startsWith(tidegate.url), link);
      await page.getByRole('button', { name: 'I have passed it on' }).click();
      await page.getByRole('region', { name: 'The new link' }).waitFor({ state: 'detached' });
      await keyRow('Ada Nwosu').getByText('Invited, no passkey yet').waitFor();
      assert.ok(!(await page.content()).includes(link));
    });

    test('is disabled after the reach was named, and enabled again', async () => {
      await page.getByRole('button', { name: 'Disable Ada Nwosu' }).click();
      const dialog = page.getByRole('dialog', { name: 'Disable Ada Nwosu?' });
      await dialog.getByText('Every session of this person ends at once').waitFor();
      await dialog.getByRole('button', { name: 'Disable 1 account' }).click();
      await page.getByRole('button', { name: 'Enable Ada Nwosu' }).click();
      await page.getByRole('button', { name: 'Enable 1 account' }).click();
      await page.getByRole('button', { name: 'Disable Ada Nwosu' }).waitFor();
    });
  });

  test('nothing of this made the console complain', () => {
    assert.deepEqual(errors, []);
  });

  function keyRow(text: string) {
    return page.getByRole('listitem').filter({ hasText: text }).first();
  }

  async function copiedSecret(): Promise<string> {
    const snippet = page.getByRole('figure').filter({ hasText: 'Secret' }).first();
    await snippet.getByRole('button', { name: 'Copy' }).click();
    return page.evaluate(() => navigator.clipboard.readText());
  }

  function usedJustNow(row: ReturnType<typeof keyRow>) {
    return row
      .getByText('used just now')
      .or(row.getByText(/used \d+.s ago/))
      .first();
  }
});
