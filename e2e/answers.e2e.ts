/** Answering alerts at their root: a session in two browsers at once, challenged, slowed, ended, by hand and by itself. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright';
import {
  event,
  floodUntil,
  launchBrowser,
  pageWithPasskey,
  quietHour,
  setUpOperator,
  startTidegate,
  type Tidegate,
  watchErrors,
} from './fixture.ts';

describe('answers to alerts', { timeout: 300_000 }, () => {
  let tidegate: Tidegate;
  let browser: Browser;
  let owner: Page;
  let anna: Page;
  let errors: string[];

  before(async () => {
    [tidegate, browser] = await Promise.all([startTidegate(), launchBrowser()]);
    owner = await pageWithPasskey(await browser.newContext());
    const context = await browser.newContext();
    // One sign-in, by the button: the autofill would take the passkey as well, and open a session of its own.
    await context.addInitScript(() => {
      PublicKeyCredential.isConditionalMediationAvailable = async () => false;
    });
    anna = await pageWithPasskey(context);
    for (const page of [owner, anna]) page.setDefaultTimeout(15_000);
    await setUpOperator(owner, tidegate);
    errors = watchErrors(owner);
    await inviteAnna();
    await Promise.all([owner, anna].map((page) => page.goto('about:blank')));
    await tidegate.ageSignIns();
    await tidegate.send([event('u-calm', Date.now())]);
    await owner.goto(`${tidegate.url}/settings`);
  });

  after(async () => {
    await browser?.close();
    await tidegate?.stop();
  });

  test('what happens by itself is changed in words, with the passkey, and kept', async () => {
    await answerByItself('Nothing by itself', 'Token replay: revoke the session → nothing by itself');
    await owner.reload();
    await owner.getByLabel('Token replay').waitFor();
    assert.equal(await owner.getByLabel('Token replay').inputValue(), 'none');
  });

  test('a session in two browsers is an alert that names how many sessions are behind it', async () => {
    await useTwice();
    await owner.goto(`${tidegate.url}/alerts`);
    const row = owner.getByRole('row').filter({ hasText: 'in use twice' }).first();
    await row.locator('time').first().click();
    await owner.getByRole('link', { name: 'Open the whole page of this alert' }).click();
    await owner.getByRole('heading', { name: 'Timeline' }).waitFor();
    await root().getByRole('link', { name: '1 live session' }).waitFor();
  });

  test('one click asks for the passkey, and nothing works there before it was used', async () => {
    await root().getByRole('button', { name: 'Ask for the passkey' }).click();
    await owner.getByText('1 session is waiting for a passkey.').waitFor();
    const question = anna.getByRole('dialog', { name: 'Confirm it is you' });
    await anna.goto(`${tidegate.url}/throttles`);
    await question.getByRole('button', { name: 'Use your passkey' }).click();
    await anna.getByText('No throttle is in force').waitFor();
  });

  test('one click slows the session down', async () => {
    await root().getByRole('button', { name: 'Throttle' }).click();
    await owner.getByText('1 session is throttled.').waitFor();
    await untilSlowed();
  });

  test('revoking names its reach, asks for the passkey, and cuts the page', async () => {
    await root().getByRole('button', { name: 'Revoke 1 session' }).click();
    const dialog = owner.getByRole('dialog', { name: 'Revoke the sessions behind this alert?' });
    await dialog.getByText('1 session ends, of 1 operator.').waitFor();
    await dialog.getByRole('button', { name: 'Revoke 1 session' }).click();
    await confirmWithPasskey();
    await anna.waitForURL(/\/sign-in/);
    await root().getByRole('link', { name: '0 live sessions' }).waitFor();
    await root().getByRole('button', { name: 'Throttle', disabled: true }).waitFor();
    const timeline = owner.getByRole('region', { name: 'Timeline' });
    const byMara = timeline.getByRole('listitem').filter({ hasText: 'Mara Lindqvist' });
    await byMara.nth(2).waitFor();
    assert.equal(await byMara.count(), 3);
  });

  test('by itself, the same loses its session at once', async () => {
    await owner.goto(`${tidegate.url}/settings`);
    await answerByItself('Revoke the session', 'Token replay: nothing by itself → revoke the session');
    await anna.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await anna.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
    await useTwice();
    await anna.waitForURL(/\/sign-in/);
  });

  test('an alert about what Tidegate gave out no session to offers no answer of that kind', async () => {
    await quietHour(tidegate, 'u-flood');
    await owner.goto(`${tidegate.url}/alerts`);
    const row = owner.getByRole('row').filter({ hasText: 'u-flood' }).first();
    await floodUntil(tidegate, 'u-flood', () => row.waitFor());
    await row.locator('time').first().click();
    await owner.getByRole('button', { name: 'Except…' }).waitFor();
    assert.equal(await root().count(), 0);
  });

  test('nothing of this made the console complain', () => {
    assert.deepEqual(errors, []);
  });

  function root() {
    return owner.getByRole('region', { name: 'Answer at the root' });
  }

  async function inviteAnna(): Promise<void> {
    await owner.goto(`${tidegate.url}/operators`);
    await owner.getByRole('button', { name: 'Invite', exact: true }).click();
    await owner.getByLabel('For whom').fill('Anna, on call');
    await owner.getByRole('button', { name: /^Make 1 link/ }).click();
    const link = await owner.getByRole('region', { name: 'The new link' }).locator('pre').textContent();
    await anna.goto(link ?? '');
    await anna.getByLabel('Your name').fill('Anna Berg');
    await anna.getByRole('button', { name: 'Go on' }).click();
    await anna.getByRole('button', { name: 'Accept and create a passkey' }).click();
    await anna.getByRole('heading', { name: 'Live', exact: true }).waitFor();
  }

  async function answerByItself(answer: string, change: string): Promise<void> {
    await owner.getByLabel('Token replay').selectOption(answer);
    const panel = owner.getByRole('region', { name: 'Automatic answers' });
    await panel.getByRole('button', { name: 'Review and save' }).click();
    const dialog = owner.getByRole('dialog', { name: 'Change what happens by itself?' });
    await dialog.getByText(change).waitFor();
    await dialog.getByRole('button', { name: 'Save 1 change' }).click();
    await confirmWithPasskey();
    await owner.getByText('Saved. The next alert is answered so.').waitFor();
  }

  async function confirmWithPasskey(): Promise<void> {
    const question = owner.getByRole('dialog', { name: 'Confirm it is you' });
    await question.getByRole('button', { name: 'Use your passkey' }).click();
    await question.waitFor({ state: 'detached' });
  }

  /** Some of Anna's requests call themselves another program: as if her key had left her browser. */
  async function useTwice(): Promise<void> {
    const told = owner.getByRole('status').filter({ hasText: 'in use twice' }).first();
    await anna.route('**/api/users?*', (route) =>
      route.continue({ headers: { ...route.request().headers(), 'user-agent': 'curl/8.11' } }),
    );
    await owner.goto(`${tidegate.url}/alerts?status=all`);
    await owner.getByRole('button', { name: /^Live\W+pause/ }).waitFor();
    // To and fro, as one program alone does not go.
    for (const [path, content] of [
      ['/throttles', 'No throttle is in force'],
      ['/users', 'u-calm'],
    ] as const) {
      await anna.goto(tidegate.url + path);
      await anna.getByText(content).first().waitFor();
    }
    await anna.goto(`${tidegate.url}/throttles`);
    await told.waitFor();
    await anna.unrouteAll({ behavior: 'ignoreErrors' });
  }

  async function untilSlowed(): Promise<void> {
    const slowed = anna.getByText('Too many requests').first();
    for (let pages = 0; pages < 8; pages++) {
      await anna.goto(`${tidegate.url}/throttles`);
      const loaded = anna.getByText('No throttle is in force');
      await slowed.or(loaded).first().waitFor();
      if (await slowed.isVisible()) return;
    }
    assert.fail('eight pages in a row were answered');
  }
});
