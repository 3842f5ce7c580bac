/** What the form holds, and the client that it asks for; mistakes in words that tell what to do. Pure. */

import type { ClientDraft, ClientKind } from '../../../../lib/contract/oauth.ts';
import { signsIn } from './client-words.ts';

export interface ClientForm {
  name: string;
  kind: ClientKind;
  /** One a line. */
  audiences: string;
  redirectUris: string;
  /** Spaces or lines between. */
  scopes: string;
  accessTokenSeconds: number;
  bearerAllowed: boolean;
}

export const emptyForm: ClientForm = {
  name: '',
  kind: 'machine',
  audiences: '',
  redirectUris: '',
  scopes: '',
  accessTokenSeconds: 900,
  bearerAllowed: false,
};

export function draftOf(form: ClientForm): ClientDraft {
  const { name, kind, accessTokenSeconds } = form;
  return {
    name: name.trim(),
    kind,
    audiences: words(form.audiences),
    redirectUris: signsIn(kind) ? words(form.redirectUris) : [],
    scopes: kind === 'resource' ? [] : words(form.scopes),
    bearerAllowed: canBeBearer(kind) && form.bearerAllowed,
    accessTokenSeconds,
  };
}

/** A public client has no secret, so only its key can tell it from a thief; an API gets no tokens. */
export function canBeBearer(kind: ClientKind): boolean {
  return kind === 'machine' || kind === 'web';
}

export type DraftMistakes = Partial<Record<'audiences' | 'redirectUris' | 'scopes', string>>;

/** What the server would refuse, said beside the field. Empty fields are told by the form itself. */
export function mistakesOf(draft: ClientDraft): DraftMistakes {
  const badAudience = draft.audiences.find((uri) => !URL.canParse(uri) || uri.includes('#'));
  const badRedirect = draft.redirectUris.find((uri) => !isRedirectUri(uri));
  const badScope = draft.scopes.find((scope) => !/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/.test(scope));
  return {
    ...(badAudience && { audiences: `“${badAudience}” is not an absolute address: begin with https://.` }),
    ...(badRedirect && {
      redirectUris: `“${badRedirect}” cannot be returned to: use https, or http on localhost, without # and *.`,
    }),
    ...(badScope && { scopes: `“${badScope}” cannot be a scope: no quotes, backslashes or accents.` }),
  };
}

function isRedirectUri(text: string): boolean {
  if (!URL.canParse(text) || /[#*]/.test(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isLocal);
}

function words(text: string): string[] {
  return [...new Set(text.split(/\s+/).filter((word) => word !== ''))];
}
