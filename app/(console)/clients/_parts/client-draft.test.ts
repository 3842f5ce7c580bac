import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientDraftSchema } from '../../../../lib/contract/oauth.schema.ts';
import { type ClientForm, draftOf, emptyForm, mistakesOf } from './client-draft.ts';

const form = (more: Partial<ClientForm>): ClientForm => ({
  ...emptyForm,
  name: 'Shop',
  audiences: 'https://api.example.com',
  ...more,
});

test('what the form finds in order, the server takes', () => {
  const forms = [
    form({ scopes: 'orders:read  orders:write\norders:read' }),
    form({ kind: 'web', redirectUris: 'https://shop.example.com/back\nhttp://localhost:4000/back' }),
    form({ kind: 'public', redirectUris: 'https://shop.example.com/back', bearerAllowed: true }),
    form({ kind: 'resource', redirectUris: 'https://left.over', scopes: 'left', bearerAllowed: true }),
  ];
  for (const filled of forms) {
    const draft = draftOf(filled);
    assert.deepEqual(mistakesOf(draft), {});
    assert.ok(clientDraftSchema.safeParse(draft).success, JSON.stringify(draft));
  }
});

test('what the server would refuse is said beside its field', () => {
  const cases: [Partial<ClientForm>, string][] = [
    [{ audiences: 'api.example' }, 'audiences'],
    [{ kind: 'web', redirectUris: 'http://shop.example.com/back' }, 'redirectUris'],
    [{ kind: 'web', redirectUris: 'https://*.example.com' }, 'redirectUris'],
    [{ scopes: 'größe' }, 'scopes'],
  ];
  for (const [more, field] of cases) {
    const draft = draftOf(form(more));
    assert.deepEqual(Object.keys(mistakesOf(draft)), [field]);
    assert.ok(!clientDraftSchema.safeParse(draft).success, JSON.stringify(draft));
  }
});

test('what a kind has no use for is left out, whatever was typed before', () => {
  const draft = draftOf(form({ kind: 'machine', redirectUris: 'https://left.over' }));
  assert.deepEqual(draft.redirectUris, []);
});
