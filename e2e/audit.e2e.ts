/** The audit log: found by clicking, read whole, taken away with its hashes, and checked; a forged entry shows. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright';
import { startSignedIn, type Tidegate } from './fixture.ts';

describe('the audit log', { timeout: 180_000 }, () => {
  let tidegate: Tidegate;
  let page: Page;
  let stop: () => Promise<void>;
  let errors: string[];

  before(async () => {
    ({ tidegate, page, errors, stop } = await startSignedIn());
    page.setDefaultTimeout(15_000);
    await page.goto(`${tidegate.url}/devices`);
    await page.getByRole('button', { name: 'Make 10 codes' }).click();
    await page.getByRole('button', { name: 'I have stored them' }).click();
    await page.getByRole('link', { name: 'Audit' }).click();
  });

  after(() => stop?.());

  const row = (text: string) => page.getByRole('row').filter({ hasText: text });

  test('it says in words who did what, newest first', async () => {
    await row('made recovery codes').getByText('Mara Lindqvist').waitFor();
    await row('set Tidegate up').waitFor();
    const [first] = await page.getByRole('row').filter({ hasText: 'Mara Lindqvist' }).allTextContents();
    assert.match(first ?? '', /made recovery codes/);
  });

  test('a click on a value narrows the list to it, in the URL, and back', async () => {
    await row('made recovery codes').getByRole('button', { name: 'made recovery codes' }).click();
    await page.getByRole('menuitem', { name: 'Show only this' }).click();
    await page.waitForURL(/action=recovery\.codes_created/);
    await page.getByText('1 entry', { exact: true }).waitFor();
    await page.getByRole('button', { name: /^made recovery codes.*show all again$/ }).click();
    await row('set Tidegate up').waitFor();
  });

  test('what is left out is in no row and no total, also after a reload, and comes back with one click', async () => {
    await row('made recovery codes').getByRole('button', { name: 'made recovery codes' }).click();
    await page.getByRole('menuitem', { name: 'Leave this out' }).click();
    await row('made recovery codes').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'not made recovery codes' }).waitFor();
    await page.reload();
    await row('set Tidegate up').waitFor();
    assert.equal(await row('made recovery codes').count(), 0);
    await page.getByRole('button', { name: 'not recovery.codes_created' }).click();
    await row('made recovery codes').waitFor();
  });

  test('what matches nothing says so, and one click shows the whole log again', async () => {
    await page.getByLabel('Search the log').fill('no such thing ever');
    await page.getByText('No entry matches').waitFor();
    await page.getByRole('button', { name: 'Show the whole log' }).click();
    await row('set Tidegate up').waitFor();
  });

  test('an entry opens by keyboard with its facts and hashes, and its place is in the URL', async () => {
    await page.keyboard.press('j');
    await page.locator('[role="row"]:focus').waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/open=\d+/);
    const entry = page.getByRole('complementary', { name: 'The open entry' });
    await entry.getByText('recovery.codes_created').waitFor();
    await entry.getByText(/of the chain/).waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => !url.searchParams.has('open'));
  });

  test('the export is the chain: every hash covers the one before it', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export with hashes' }).click(),
    ]);
    const text = await readFile(await download.path(), 'utf8');
    const entries = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.ok(entries.length >= 4);
    assert.equal(entries.at(-1).action, 'audit.exported');
    let previousHash = entries[0].previousHash;
    for (const { seq, at, actor, action, target, outcome, address, detail, ...rest } of entries) {
      assert.equal(rest.previousHash, previousHash, `entry ${seq}`);
      const facts = [seq, at, actor, action, target, outcome, address, JSON.stringify(detail), previousHash];
      const hashed = rest.policyVersion === undefined ? facts : [...facts, rest.policyVersion];
      assert.equal(rest.hash, createHash('sha256').update(JSON.stringify(hashed)).digest('base64url'));
      previousHash = rest.hash;
    }
  });

  test('checking the chain says that it is whole', async () => {
    await page.getByRole('button', { name: 'Check the chain' }).click();
    await page.getByText(/The chain is whole: \d+ entries, none changed, none missing\./).waitFor();
  });

  test('an entry that somebody forged in the database shows, with its place', async () => {
    await page.goto('about:blank');
    await tidegate.forgeAudit(2);
    await page.goto(`${tidegate.url}/audit`);
    await page.getByRole('button', { name: 'Check the chain' }).click();
    await page.getByText('The chain is broken at entry 2.').waitFor();
  });

  test('nothing of this made the console complain', () => {
    assert.deepEqual(errors, []);
  });
});
