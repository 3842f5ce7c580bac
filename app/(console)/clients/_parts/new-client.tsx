'use client';

/** A client from its name to its secret. The secret is on this page until the operator says that it is stored. */

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import type { ClientCreated } from '../../../../lib/contract/oauth.ts';
import { api } from '../../../_session/api.ts';
import { problemText } from '../../../_session/problem.ts';
import { Button, ButtonLink } from '../../../_ui/button.tsx';
import { Crumb } from '../../../_ui/crumb.tsx';
import { Page, Panel } from '../../../_ui/panel.tsx';
import { type ClientForm, draftOf, emptyForm, mistakesOf } from './client-draft.ts';
import { ClientFields } from './client-fields.tsx';
import { HowToUse } from './how-to-use.tsx';
import { NewSecret } from './new-secret.tsx';
import { clientsKey } from './use-clients.ts';

export function NewClient() {
  const [form, setForm] = useState<ClientForm>(emptyForm);
  const router = useRouter();
  const queries = useQueryClient();
  const draft = draftOf(form);
  const mistakes = mistakesOf(draft);
  const make = useMutation({
    mutationFn: () =>
      api<ClientCreated>({ method: 'POST', path: '/api/clients', body: draft, subject: `“${draft.name}”` }),
    onSuccess: async ({ client, secret }) => {
      await queries.invalidateQueries({ queryKey: clientsKey });
      if (secret === undefined) router.replace(`/clients/${client.id}`);
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    if (Object.keys(mistakes).length === 0) make.mutate();
  }
  const made = make.data;
  return (
    <Page
      title={
        <>
          <Crumb href="/clients" name="Clients" />
          <span className="mt-1 block">{made ? made.client.name : 'New client'}</span>
        </>
      }
    >
      <Panel title={made ? 'Its secret' : 'What is it?'} className="w-full max-w-3xl">
        {made?.secret !== undefined ? (
          <NewSecret
            name={made.client.name}
            secret={made.secret}
            onDone={() => router.replace(`/clients/${made.client.id}`)}
          >
            <HowToUse client={made.client} secret={made.secret} />
          </NewSecret>
        ) : (
          <form onSubmit={submit} className="flex flex-col gap-5 p-4">
            <ClientFields form={form} onChange={setForm} mistakes={mistakes} />
            {make.isError && (
              <p role="alert" className="text-deny">
                Not made: {problemText(make.error)}
              </p>
            )}
            <div className="flex flex-wrap gap-2">
              <Button type="submit" look="primary" busy={make.isPending}>
                Make the client
              </Button>
              <ButtonLink href="/clients" look="quiet">
                Cancel
              </ButtonLink>
            </div>
          </form>
        )}
      </Panel>
    </Page>
  );
}
