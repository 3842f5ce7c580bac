/** Policies: written, checked, tried on the last day, put in force at once, and taken back. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright';
import { startSignedIn, type Tidegate } from './fixture.ts';

const noSettings = `
@id("no-settings")
forbid (principal is Operator, action == Action::"settings.read", resource);
`;

describe('policies', { timeout: 300_000 }, () => {
  let tidegate: Tidegate;
  let page: Page;
  let stop: () => Promise<void>;
  let errors: string[];

  before(async () => {
    ({ tidegate, page, errors, stop } = await startSignedIn());
    // What the draft will be tried on.
    await page.goto(`${tidegate.url}/settings`);
    await page.getByLabel('Base limit, requests an hour').waitFor();
    await page.goto('about:blank');
    await tidegate.ageSignIns();
    await page.goto(`${tidegate.url}/policies`);
  });

  after(() => stop?.());

  test('what is in force is shown by its documents', async () => {
    await page.getByText('As Tidegate comes: nothing was changed yet.').waitFor();
    await page.getByRole('button', { name: 'owner', exact: true }).click();
    await page.waitForURL(/document=owner/);
    assert.match(await text().inputValue(), /principal\.role == "owner"/);
    assert.ok(await publish().isDisabled());
  });

  test('a mistake is marked at its line, leads there, and keeps the draft from being published', async () => {
    await page.getByRole('button', { name: 'base', exact: true }).click();
    const before = await text().inputValue();
    await text().fill(before.replace('principal.clearance }', 'principal.clearence }'));
    const mistake = page.getByRole('region', { name: 'Check' }).getByRole('button', { name: /clearence/ });
    await mistake.click();
    assert.equal(await selected(), 'principal.clearence');
    await page.getByRole('button', { name: /^base changed 1 mistake/ }).waitFor();
    assert.ok(await publish().isDisabled());
    await page.getByRole('button', { name: 'Discard the draft' }).click();
    await page.getByText('No mistake.').waitFor();
    assert.equal(await text().inputValue(), before);
  });

  test('a draft outlives a reload, and is nowhere in force', async () => {
    await text().fill((await text().inputValue()) + noSettings);
    await page.getByText('A draft in this browser, based on version 0.').waitFor();
    await page.reload();
    await page.getByText('A draft in this browser, based on version 0.').waitFor();
    assert.match(await text().inputValue(), /no-settings/);
    const other = await page.context().newPage();
    await other.goto(`${tidegate.url}/settings`);
    await other.getByLabel('Base limit, requests an hour').waitFor();
    await other.close();
  });

  test('tried on the last day, it says whose requests would be answered otherwise, and by which policy', async () => {
    await page.keyboard.press('t');
    const change = page.getByRole('region', { name: 'What would change' });
    await change.getByText(/requests? would be answered otherwise/).waitFor();
    const row = change.getByRole('listitem').filter({ hasText: 'settings.read' });
    await row.getByText('Mara Lindqvist').waitFor();
    await row.getByText('Denied').waitFor();
    await row.getByText('by base/no-settings').waitFor();
  });

  test('published with a reason and a passkey, it decides the next request of every page', async () => {
    const open = await page.context().newPage();
    await publish().click();
    const dialog = page.getByRole('dialog', { name: 'Publish version 1?' });
    await dialog.getByText(/requests? would be answered otherwise/).waitFor();
    assert.ok(await dialog.getByRole('button', { name: 'Publish version 1' }).isDisabled());
    await dialog.getByLabel(/Why/).fill('Settings are for the change board');
    await dialog.getByRole('button', { name: 'Publish version 1' }).click();
    await confirmWithPasskey();
    await page.getByText('Version 1 is in force, by Mara Lindqvist').waitFor();
    await page.getByText('What is in force. Edit it').waitFor();
    await open.goto(`${tidegate.url}/settings`);
    await open.getByText('You may not see detection settings').waitFor();
    await open.close();
  });

  test('what would leave no owner in charge is refused, and says so', async () => {
    await page.getByRole('button', { name: 'owner', exact: true }).click();
    await text().fill('// Nobody.\n');
    await page.getByText('No mistake').waitFor();
    await publish().click();
    const dialog = page.getByRole('dialog', { name: 'Publish version 2?' });
    await dialog.getByLabel(/Why/).fill('Lock everybody out');
    await dialog.getByRole('button', { name: 'Publish version 2' }).click();
    await confirmWithPasskey();
    await page.getByText('No owner could change policies and operators any more').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Discard the draft' }).click();
    await page.getByText('Version 1 is in force, by').waitFor();
  });

  test('a document is added and removed in the draft alone', async () => {
    await page.getByRole('button', { name: 'Add a document' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a document' });
    await dialog.getByLabel(/Name/).fill('Night');
    await dialog.getByText('Small letters').waitFor();
    await dialog.getByLabel(/Name/).fill('night-shift');
    await dialog.getByRole('button', { name: 'Add the document' }).click();
    await page.getByRole('button', { name: /^night-shift new/ }).waitFor();
    await page.waitForURL(/document=night-shift/);
    await page.getByRole('button', { name: 'Remove night-shift from the draft' }).click();
    await page.getByText('What is in force. Edit it').waitFor();
  });

  test('an older version shows what it would change line by line, and comes back as a new one', async () => {
    await page.getByText('Versions', { exact: false }).first().click();
    await page.getByRole('button', { name: /^Version 0/ }).click();
    await page.waitForURL(/version=0/);
    await page.getByRole('figure').filter({ hasText: 'base' }).getByText('@id("no-settings")').waitFor();
    await page.getByText('4 other documents are the same.').waitFor();
    await page.getByRole('button', { name: 'Roll back to version 0…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Roll back to version 0?' });
    await dialog.getByLabel(/Why/).fill('The change board could not work');
    await dialog.getByRole('button', { name: 'Roll back to version 0' }).click();
    await confirmWithPasskey();
    await page.getByText('Version 2 is in force, by Mara Lindqvist').waitFor();
    await page
      .getByRole('button', { name: /^Version 2/ })
      .getByText('text of version 0')
      .waitFor();
    await page.goto(`${tidegate.url}/settings`);
    await page.getByLabel('Base limit, requests an hour').waitFor();
  });

  test('every action that a policy may speak of is listed and can be found', async () => {
    await page.goto(`${tidegate.url}/policies?tab=reference`);
    await page.getByRole('searchbox', { name: 'Search actions' }).fill('alert.revoke');
    await page.waitForURL(/find=alert\.revoke/);
    await page.getByText('1 action', { exact: true }).waitFor();
    await page.getByRole('row').filter({ hasText: 'respond, dangerous' }).waitFor();
  });

  test('nothing of this made the console complain', () => {
    // Refusals are what some of these tests ask for.
    assert.deepEqual(
      errors.filter((error) => !/status of (403|422)/.test(error)),
      [],
    );
  });

  function text() {
    return page.getByRole('textbox', { name: /^Text of / });
  }

  function publish() {
    return page.getByRole('button', { name: 'Publish…' });
  }

  function selected(): Promise<string> {
    return text().evaluate((area) =>
      area instanceof HTMLTextAreaElement ? area.value.slice(area.selectionStart, area.selectionEnd) : '',
    );
  }

  async function confirmWithPasskey(): Promise<void> {
    const confirmation = page.getByRole('dialog', { name: 'Confirm it is you' });
    await confirmation.getByRole('button', { name: 'Use your passkey' }).click();
    await confirmation.waitFor({ state: 'detached' });
  }
});
