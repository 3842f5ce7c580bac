import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalTemplate, objectIn, templateFromParams } from './route-template.ts';

for (const [pattern, template] of [
  ['/v1/orders/:id', '/v1/orders/{id}'],
  ['/v1/orders/:id/', '/v1/orders/{id}'],
  ['/v1//orders', '/v1/orders'],
  ['/v1/orders/:id(\\d+)', '/v1/orders/{id}'],
  ['/v1/orders/:id{[0-9]+}', '/v1/orders/{id}'],
  ['/v1/orders/:id?', '/v1/orders/{id}'],
  ['/flights/:from-:to', '/flights/{from}-{to}'],
  ['/files/:"file name"', '/files/{file name}'],
  ['/files/*path', '/files/{path}'],
  ['/files/*', '/files/*'],
  ['/shop/[category]/[...rest]', '/shop/{category}/{rest}'],
  ['/docs/[[...slug]]', '/docs/{slug}'],
  ['/v1/orders/{id}', '/v1/orders/{id}'],
  ['orders', '/orders'],
  ['/', '/'],
] as const) {
  test(`${pattern} is written ${template}`, () => assert.equal(normalTemplate(pattern), template));
}

test('parameters are put back in place of their values', () => {
  assert.equal(
    templateFromParams('/t/acme/u/a%20b', { tenant: 'acme', user: 'a b' }),
    '/t/{tenant}/u/{user}',
  );
  assert.equal(templateFromParams('/files/a/b/c', { path: ['a', 'b', 'c'] }), '/files/{path}');
  assert.equal(templateFromParams('/a/%E0', {}), '/a/%E0');
});

test('the object of a call is the value of its last parameter', () => {
  assert.equal(objectIn('/v1/orders/{id}/lines', '/v1/orders/42/lines'), '42');
  assert.equal(objectIn('/v1/orders', '/v1/orders'), undefined);
  assert.equal(objectIn('/files/{path}', '/files/a/b'), undefined);
});
