import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addEndpoint, createEndpoints, findEndpoint, removeEndpoint } from './endpoints.ts';
import { createKeyedHash } from './hash.ts';
import { createNames } from './names.ts';

test('an endpoint is found by its method and whole template, whichever one like it was found before', () => {
  const hash = createKeyedHash([1, 2, 3, 4]);
  const endpoints = createEndpoints(createNames(100, hash), hash);
  const alike = ['/shop/1/items', '/help/1/items', '/shop/1/hints', ''];
  const given = alike.flatMap((template) =>
    ['GET', 'PUT'].map((method) => ({ method, template, id: addEndpoint(endpoints, method, template) })),
  );
  for (let turn = 0; turn < 2; turn++) {
    for (const { method, template, id } of given) {
      assert.equal(findEndpoint(endpoints, method, template), id);
      assert.equal(findEndpoint(endpoints, method, `${template}s`), -1);
    }
  }
  const [{ method, template, id } = { method: '', template: '', id: 0 }] = given;
  removeEndpoint(endpoints, id);
  assert.equal(findEndpoint(endpoints, method, template), -1);
  assert.equal(addEndpoint(endpoints, 'GET', '/skip/1/items'), id);
  assert.equal(findEndpoint(endpoints, method, template), -1);
});
