/** What lists and charts say when there is little to say: a newcomer, a normal that is not known, more than is shown. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright';
import { event, floodUntil, startSignedIn, type Tidegate } from './fixture.ts';

const endpointPage = `/endpoints/${encodeURIComponent('GET /v1/orders/{id}')}`;

describe('plain numbers', { timeout: 180_000 }, () => {
  let tidegate: Tidegate;
  let page: Page;
  let stop: () => Promise<void>;

  before(async () => {
    ({ tidegate, page, stop } = await startSignedIn({ viewport: { width: 1440, height: 900 } }));
    const now = Date.now();
    await tidegate.send(Array.from({ length: 240 }, (_, user) => event(`u-${user}`, now - user * 10)));
    await page.goto(`${tidegate.url}/alerts?status=all`);
    // Told first, and throttled a moment later: the flood goes on until then.
    const row = page
      .getByRole('row')
      .filter({ hasText: 'u-newcomer' })
      .filter({ hasText: 'Throttled' })
      .first();
    await floodUntil(tidegate, 'u-newcomer', () => row.waitFor({ timeout: 20_000 }));
  });

  after(() => stop?.());

  /** Answers of the server with a text in them replaced: what other data would look like. */
  async function withAnswers(
    url: string,
    from: RegExp,
    to: string,
    look: () => Promise<void>,
  ): Promise<void> {
    await page.route(url, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replaceAll(from, to) });
    });
    await look().finally(() => page.unroute(url));
  }

  test('an endpoint with more users than are sent says of how many', async () => {
    await page.goto(tidegate.url + endpointPage);
    await page.getByText('200 of 241 users').waitFor({ timeout: 10_000 });
  });

  test('a normal that is not known is not called zero', async () => {
    await withAnswers('**/api/users?*', /"expectedPerMinute":[\d.]+/g, '"expectedPerMinute":0', async () => {
      await page.goto(`${tidegate.url}/users`);
      const row = page.getByRole('row').filter({ hasText: 'u-newcomer' }).first();
      await row.getByText('not known yet').waitFor({ timeout: 10_000 });
    });
  });

  test('what shadow mode would have done can be read whole in the list of alerts', async () => {
    await withAnswers('**/api/alerts?*', /"mode":"enforce"/g, '"mode":"shadow"', async () => {
      await page.goto(`${tidegate.url}/alerts?status=all`);
      const cell = page.getByRole('gridcell').filter({ hasText: 'Would be throttled' }).first();
      await cell.waitFor({ timeout: 10_000 });
      const hidden = await cell.evaluate((element) => element.scrollWidth - element.clientWidth);
      assert.ok(hidden <= 0, `${hidden} px are cut off`);
    });
  });

  test('an alert counts one request as one, and its legend lists a band only where one is drawn', async () => {
    const id = await alertId();
    const path = `**/api/alerts/${id}`;
    await withAnswers(path, /,"(lower|upper)":[\d.]+(?=[,}])/g, '', async () => {
      await openAlert(id);
      const legend = page.getByRole('listitem').filter({ hasText: /^\s*expected$/ });
      assert.equal(await legend.filter({ visible: true }).count(), 0);
    });
    await withAnswers(path, /"requestCount":\d+/g, '"requestCount":1', async () => {
      await openAlert(id);
      await page.getByText('1 request, ').waitFor({ timeout: 10_000 });
    });
  });

  test('the only minute of a newcomer is a whole dot, with its band', async () => {
    await openAlert(await alertId());
    const dot = page.locator('.recharts-reference-dot circle');
    await dot.first().waitFor({ timeout: 10_000 });
    const clip = await dot.first().evaluate((element) => element.closest('[clip-path]') !== null);
    assert.equal(clip, false);
    await page.locator('.recharts-reference-area').first().waitFor({ timeout: 10_000 });
  });

  async function alertId(): Promise<string> {
    await page.goto(`${tidegate.url}/alerts?status=all`);
    await page.getByRole('row').filter({ hasText: 'u-newcomer' }).first().click();
    await page.waitForURL(/open=alr_/);
    return new URL(page.url()).searchParams.get('open') ?? '';
  }

  async function openAlert(id: string): Promise<void> {
    await page.goto(`${tidegate.url}/alerts/${id}`);
    await page.getByRole('heading', { name: 'Rate against its normal' }).waitFor();
    await page.locator('.recharts-surface').first().waitFor();
    await page.waitForFunction(() => document.querySelector('.skeleton') === null);
  }
});
