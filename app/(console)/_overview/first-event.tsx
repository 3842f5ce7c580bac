'use client';

/** Nothing was ever received: one button makes a key and fills it, once, into what has to be pasted. */

import { useMutation } from '@tanstack/react-query';
import { CircleCheck, KeyRound, LoaderCircle } from 'lucide-react';
import { useState } from 'react';
import type { IngestKeyCreated } from '../../../lib/contract/console.ts';
import { api } from '../../_session/api.ts';
import { May, NotYours } from '../../_session/may.tsx';
import { problemText } from '../../_session/problem.ts';
import { Button } from '../../_ui/button.tsx';
import { Segmented } from '../../_ui/segmented.tsx';
import { Snippet } from '../../_ui/snippet.tsx';
import { curlSnippet, sdkSnippet } from '../../_ui/snippets.ts';

export function FirstEvent({ received, onDone }: { received: boolean; onDone: () => void }) {
  const make = useMutation({
    mutationFn: () =>
      api<IngestKeyCreated>({ method: 'POST', path: '/api/ingest-keys', body: { name: 'First service' } }),
  });
  return (
    <section className="mx-auto mt-[4vh] flex w-full max-w-3xl flex-col gap-5 rounded-xl border border-line bg-panel p-5 sm:p-8">
      <div className="flex flex-col gap-1.5">
        <h2 className="text-xl font-semibold tracking-tight">Send the first event</h2>
        <p className="max-w-prose text-base text-ink-2">
          Tidegate learns what is normal from the requests that your services report. Make an ingest key, send
          one event with curl, then put the SDK into a service. This page comes alive by itself.
        </p>
      </div>
      {make.data === undefined ? (
        <div className="flex flex-wrap items-center gap-3">
          <May
            action="ingest_key.create"
            otherwise={<NotYours what="Making an ingest key" action="ingest_key.create" />}
          >
            <Button
              look="primary"
              size="lg"
              icon={KeyRound}
              busy={make.isPending}
              onClick={() => make.mutate()}
            >
              Make an ingest key
            </Button>
          </May>
          {make.isError && <p role="alert">Not made: {problemText(make.error)}</p>}
        </div>
      ) : (
        <Snippets secret={make.data.secret} />
      )}
      <p role="status" className="flex flex-wrap items-center gap-2 border-t border-line pt-4">
        {received ? (
          <>
            <CircleCheck aria-hidden className="size-4 text-accent" />
            <span className="font-medium">The first event is here.</span>
            <Button look="primary" className="ml-auto" onClick={onDone}>
              Show live traffic
            </Button>
          </>
        ) : (
          <>
            <LoaderCircle aria-hidden className="size-4 animate-spin text-ink-3" />
            <span className="text-ink-2">Waiting for the first event</span>
          </>
        )}
      </p>
    </section>
  );
}

function Snippets({ secret }: { secret: string }) {
  const [tab, setTab] = useState<'curl' | 'sdk'>('curl');
  const url = window.location.origin;
  return (
    <div className="flex flex-col gap-3">
      <p className="flex items-start gap-2 rounded-md border border-line bg-raised px-3 py-2">
        <KeyRound aria-hidden className="mt-0.5 size-4 shrink-0" strokeWidth={1.75} />
        <span>
          The key is in the text below and is <strong className="font-semibold">shown only now</strong>.
          Tidegate keeps a hash of it; if you lose it, make another under Clients.
        </span>
      </p>
      <div className="flex">
        <Segmented
          label="How to send"
          value={tab}
          onChange={setTab}
          options={[
            { value: 'curl', label: 'curl' },
            { value: 'sdk', label: 'SDK (Express)' },
          ]}
        />
      </div>
      {tab === 'curl' ? (
        <Snippet name="Send one event with curl" text={curlSnippet(url, secret)} />
      ) : (
        <Snippet name="Report every request of an Express service" text={sdkSnippet(url, secret)} />
      )}
    </div>
  );
}
