/** What strangers and colleagues write is text wherever the console shows it, and never code. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright';
import { event, ingestKey, startSignedIn, type Tidegate } from './fixture.ts';

const image = '<img src=x onerror="window.hit=1">';
const script = '"><script>window.hit=2</script>';
const link = 'javascript:window.hit=3//';
const turned = 'a\u202Egnp.exe';
const template = '{{constructor.constructor("window.hit=4")()}}';
const users = [image, script, link, turned, template];

const views = [
  '/',
  '/alerts?status=all',
  '/users',
  '/endpoints',
  '/throttles',
  '/tokens',
  '/clients?tab=keys',
]
  .concat(['/devices', '/operators', '/operators?tab=invites', '/policies', '/audit', '/settings'])
  .concat(users.map((user) => `/users/${encodeURIComponent(user)}`));

describe('hostile data', { timeout: 240_000 }, () => {
  let tidegate: Tidegate;
  let page: Page;
  let stop: () => Promise<void>;
  let errors: string[];

  before(async () => {
    ({ tidegate, page, errors, stop } = await startSignedIn());
    await tidegate.send(
      users.flatMap((user) =>
        Array.from({ length: 5 }, (_, at) =>
          event(user, Date.now() - at, {
            ...{ endpoint: `/v1/${image}/{id}`, path: `/v1/${script}`, ua: `${image}${script}` },
            ...{ objectId: link, tokenId: `tok-${image}`, service: template },
          }),
        ),
      ),
    );
  });

  after(() => stop?.());

  test('SE-05, SE-06: tags, links, templates and turned text are shown as text in every view, and nothing of them runs', async () => {
    await page.goto(`${tidegate.url}/clients?tab=keys`);
    await page.getByLabel('Make a key').fill(image);
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByText(image).first().waitFor();
    for (const path of views) {
      await page.goto(`${tidegate.url}${path}`);
      await page.getByRole('heading').first().waitFor();
      await page.getByText('Loading').waitFor({ state: 'detached' });
    }
    await page.goto(`${tidegate.url}/users`);
    for (const user of [image, script, link, template]) await page.getByText(user).first().waitFor();
    const found = await page.evaluate(() => ({
      hit: Reflect.get(window, 'hit'),
      images: document.querySelectorAll('img[src="x"]').length,
      links: document.querySelectorAll('a[href^="javascript:"]').length,
    }));
    assert.deepEqual(found, { hit: undefined, images: 0, links: 0 });
    assert.deepEqual(errors, []);
  });

  test('AU-02: the terminal shows the setup link once and no other secret, and nobody forges a line of it', async () => {
    const agent = `Evil\u001b[2J {"level":"error"} ${ingestKey}`.replaceAll('\u001b', '%1b%0d%0a');
    for (const path of ['/api/me', `/${encodeURIComponent('\r\n{"level":"error"}')}`, '/v1/events']) {
      const headers = {
        'user-agent': agent,
        authorization: `Bearer ${ingestKey}x`,
        cookie: '__Host-Http-rt=secret',
      };
      await fetch(`${tidegate.url}${path}`, { headers });
    }
    const cookies = await page.context().cookies();
    const secrets = [ingestKey, ...cookies.map(({ value }) => value), 'eyJ', 'tgk_', '=secret', '"error"'];
    assert.ok(cookies.length > 0);
    for (const secret of secrets) assert.equal(tidegate.said().includes(secret), false, secret);
    assert.equal(tidegate.said().split('/setup#token=').length, 2);
  });

  test('SE-05: what the policy keeps out is told to Tidegate by the browser', async () => {
    const counted = async () => {
      const headers = { authorization: `Bearer ${ingestKey}` };
      return (await fetch(`${tidegate.url}/metrics`, { headers })).text();
    };
    assert.doesNotMatch(await counted(), /tidegate_csp_violations_total\{/, 'no page broke it by itself');
    const told = page.waitForRequest((request) => request.url().endsWith('/csp-reports'));
    await page.evaluate(() => {
      const injected = document.createElement('div');
      injected.innerHTML = '<img src="data:," onerror="window.hit=5">';
      document.body.append(injected);
    });
    await told;
    for (let looks = 0; looks < 100 && !/violations_total\{/.test(await counted()); looks++);
    assert.match(await counted(), /tidegate_csp_violations_total\{directive="script-src"\} [1-9]/);
    assert.equal(await page.evaluate(() => Reflect.get(window, 'hit')), undefined);
  });
});
