/** Operators: invited, given rights, recovered, kept out; and what each of that does to the browser of somebody else. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright';
import {
  launchBrowser,
  pageWithPasskey,
  setUpOperator,
  startTidegate,
  type Tidegate,
  watchErrors,
} from './fixture.ts';

describe('operators', { timeout: 240_000 }, () => {
  let tidegate: Tidegate;
  let browser: Browser;
  let owner: Page;
  let anna: Page;
  let errors: string[];
  let inviteLink: string;

  before(async () => {
    [tidegate, browser] = await Promise.all([startTidegate(), launchBrowser()]);
    const permissions = { permissions: ['clipboard-read', 'clipboard-write'] };
    owner = await pageWithPasskey(await browser.newContext(permissions));
    anna = await pageWithPasskey(await browser.newContext());
    for (const page of [owner, anna]) page.setDefaultTimeout(15_000);
    await setUpOperator(owner, tidegate);
    errors = watchErrors(owner);
    await owner.goto(`${tidegate.url}/operators`);
    await owner.getByRole('row').filter({ hasText: 'Mara Lindqvist' }).getByText('you').waitFor();
  });

  after(async () => {
    await browser?.close();
    await tidegate?.stop();
  });

  async function copiedLink(): Promise<string> {
    await owner.getByRole('region', { name: 'The new link' }).getByRole('button', { name: 'Copy' }).click();
    return owner.evaluate(() => navigator.clipboard.readText());
  }

  async function openAnna(): Promise<void> {
    await owner.goto(`${tidegate.url}/operators`);
    await owner.getByRole('link', { name: 'Anna Berg' }).click();
    await owner.getByRole('heading', { name: /Anna Berg/ }).waitFor();
  }

  test('an invitation is a link that is seen once', async () => {
    await owner.getByRole('button', { name: 'Invite' }).click();
    await owner.getByLabel('For whom').fill('Anna, on call');
    await owner.getByText('Viewers look, and change nothing.').click();
    await owner.getByRole('button', { name: 'Make 1 link for a viewer' }).click();
    inviteLink = await copiedLink();
    assert.match(inviteLink, /\/invite#token=[\w-]{43}$/);
    await owner.getByRole('button', { name: 'I have passed it on' }).click();
    const row = owner.getByRole('row').filter({ hasText: 'Anna, on call' });
    await row.getByText('Open', { exact: true }).waitFor();
    await owner.reload();
    await row.waitFor();
    assert.ok(!(await owner.content()).includes(inviteLink.slice(-43)));
  });

  test('who opens it learns what accepting makes of them, and has a passkey a click later', async () => {
    await anna.goto(inviteLink);
    await anna.getByLabel('Your name').fill('Anna Berg');
    assert.equal(new URL(anna.url()).hash, '');
    await anna.getByRole('button', { name: 'Go on' }).click();
    await anna.getByText('invites you').waitFor();
    await anna.getByText('viewer', { exact: true }).waitFor();
    await anna.getByRole('button', { name: 'Accept and create a passkey' }).click();
    await anna.getByRole('heading', { name: 'Live', exact: true }).waitFor();
    await owner.getByRole('row').filter({ hasText: 'Anna, on call' }).getByText('Accepted').waitFor();
  });

  test('an accepted invitation is good for nobody else', async () => {
    const stranger = await pageWithPasskey(await browser.newContext());
    await stranger.goto(inviteLink);
    await stranger.getByLabel('Your name').fill('Somebody Else');
    await stranger.getByRole('button', { name: 'Go on' }).click();
    await stranger.getByText('This invitation is no longer valid').waitFor();
    await stranger.context().close();
  });

  test('an invitation that was taken back does nothing any more', async () => {
    await owner.getByRole('button', { name: 'Invite', exact: true }).click();
    await owner.getByLabel('For whom').fill('The wrong one');
    await owner.getByRole('button', { name: 'Make 1 link for an analyst' }).click();
    const link = await copiedLink();
    await owner.getByRole('button', { name: 'I have passed it on' }).click();
    await owner.getByRole('button', { name: 'Take back the invitation for The wrong one' }).click();
    await owner.getByRole('button', { name: 'Take back 1 invitation' }).click();
    await owner.getByRole('row').filter({ hasText: 'The wrong one' }).getByText('Taken back').waitFor();
    const stranger = await pageWithPasskey(await browser.newContext());
    await stranger.goto(link);
    await stranger.getByLabel('Your name').fill('The Wrong One');
    await stranger.getByRole('button', { name: 'Go on' }).click();
    await stranger.getByText('This invitation is no longer valid').waitFor();
    await stranger.context().close();
  });

  test('a viewer may not see who the operators are, and is told so', async () => {
    await anna.goto(`${tidegate.url}/operators`);
    await anna.getByText('You may not see operators').waitFor();
    await anna.getByText('operator.read', { exact: true }).waitFor();
    assert.equal(await anna.getByRole('button', { name: 'Invite', exact: true }).count(), 0);
  });

  test('a viewer is offered nothing that would be refused, and told which permission it needs', async () => {
    await anna.goto(tidegate.url);
    await anna.getByText('ingest_key.create', { exact: true }).waitFor();
    assert.equal(await anna.getByRole('button', { name: 'Make an ingest key' }).count(), 0);
    await anna.goto(`${tidegate.url}/settings`);
    await anna.getByText('settings.update', { exact: true }).waitFor();
    await anna.goto(`${tidegate.url}/throttles`);
    await anna.getByText('No throttle is in force').waitFor();
    assert.equal(await anna.getByRole('button', { name: 'Add an exception' }).count(), 0);
  });

  test('rights are said in words before they are saved, and count in the other browser', async () => {
    await openAnna();
    await owner.getByText('Analysts see everything').click();
    await owner.getByRole('button', { name: 'Review and save' }).click();
    const dialog = owner.getByRole('dialog', { name: 'Change the rights of Anna Berg?' });
    await dialog.getByText('Role: Viewer → Analyst').waitFor();
    await dialog.getByText('Clearance: 1 · internal → 2 · confidential').waitFor();
    await dialog.getByRole('button', { name: 'Save 2 changes' }).click();
    await owner.getByText('Saved: Anna Berg has other rights now.').waitFor();
    await anna.goto(`${tidegate.url}/audit`);
    await anna.getByRole('row').filter({ hasText: 'accepted an invitation' }).waitFor();
  });

  test('the last owner cannot give up what nobody else has', async () => {
    await owner.goto(`${tidegate.url}/operators`);
    await owner.getByRole('link', { name: 'Mara Lindqvist' }).click();
    await owner.getByText('Viewers look, and change nothing.').click();
    await owner.getByRole('button', { name: 'Review and save' }).click();
    await owner.getByText('This is your own account').waitFor();
    await owner.getByRole('button', { name: 'Save 2 changes' }).click();
    await owner.getByText('Not done: After this no owner').waitFor();
    await owner.keyboard.press('Escape');
  });

  test('a recovery link lets one operator, and only that one, make a new passkey', async () => {
    await openAnna();
    await owner.getByRole('button', { name: 'Make a recovery link' }).click();
    await owner.getByRole('button', { name: 'Make 1 link' }).click();
    const link = await copiedLink();
    await owner.getByRole('button', { name: 'I have passed it on' }).click();
    await owner.getByText('Open link by Mara Lindqvist').waitFor();
    const other = await pageWithPasskey(await browser.newContext());
    await other.goto(link);
    await other.getByRole('button', { name: 'Use this link' }).click();
    await other.getByRole('heading', { name: 'Welcome back, Anna Berg' }).waitFor();
    await other.getByRole('button', { name: 'Create a passkey' }).click();
    await other.waitForURL(/\/devices$/);
    await other.getByText('2 passkeys').waitFor();
    // Her page that is open hears of it as it happens.
    await anna.getByRole('status').getByText('was made by a recovery').waitFor();
    await other.context().close();
  });

  test('disabling asks for the passkey, names how many sessions end, and cuts the open page', async () => {
    await Promise.all([owner.goto('about:blank'), anna.goto('about:blank')]);
    await tidegate.ageSignIns();
    await anna.goto(`${tidegate.url}/users`);
    await anna.getByRole('button', { name: /^Live\W+pause/ }).waitFor();
    await openAnna();
    await owner.getByRole('button', { name: 'Disable Anna Berg' }).click();
    await owner.getByRole('button', { name: 'Disable 1 operator, end 2 sessions' }).click();
    const question = owner.getByRole('dialog', { name: 'Confirm it is you' });
    await question.getByText('Disable the operator Anna Berg').waitFor();
    await question.getByRole('button', { name: 'Use your passkey' }).click();
    await anna.waitForURL(/\/sign-in/);
    await owner.getByText('Disabled', { exact: true }).waitFor();
    await anna.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await anna.getByText('This passkey could not be verified').waitFor();
  });

  test('enabled again, the same passkey signs in', async () => {
    await owner.getByRole('button', { name: 'Enable Anna Berg' }).click();
    await owner.getByRole('button', { name: 'Enable 1 operator' }).click();
    const question = owner.getByRole('dialog', { name: 'Confirm it is you' });
    await question.getByRole('button', { name: 'Use your passkey' }).click();
    await owner.getByRole('button', { name: 'Disable Anna Berg' }).waitFor();
    await anna.reload();
    await anna.getByRole('button', { name: /^Live\W+pause/ }).waitFor();
  });

  test('one of her passkeys can be removed for her, but not the last one', async () => {
    const rows = owner.getByRole('region', { name: 'Passkeys' }).getByRole('listitem');
    await rows
      .nth(1)
      .getByRole('button', { name: /^Remove / })
      .click();
    await owner.getByRole('button', { name: /^Remove 1 passkey/ }).click();
    await owner.getByRole('button', { name: 'Use your passkey' }).click();
    await rows.nth(1).waitFor({ state: 'detached' });
    assert.ok(
      await rows
        .first()
        .getByRole('button', { name: /^Remove / })
        .isDisabled(),
    );
  });

  test('nothing of this made the console complain', () => {
    // The browser notes the refusal that the last owner met.
    assert.deepEqual(
      errors.filter((error) => !error.includes('409 (Conflict)')),
      [],
    );
  });
});
