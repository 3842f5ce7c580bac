'use client';

import { AppWindow, SearchX } from 'lucide-react';
import { parseAsBoolean, useQueryState } from 'nuqs';
import { useMemo } from 'react';
import type { OAuthClient } from '../../../../lib/contract/oauth.ts';
import { May, NotYours } from '../../../_session/may.tsx';
import { Button, ButtonLink } from '../../../_ui/button.tsx';
import { DataTable } from '../../../_ui/data-table.tsx';
import { SearchField } from '../../../_ui/field.tsx';
import { formatCount } from '../../../_ui/format.ts';
import { LeftOut } from '../../../_ui/narrowed.tsx';
import { Empty, Failing } from '../../../_ui/states.tsx';
import { useOrderFilter } from '../../../_ui/use-order-filter.ts';
import { ClientCard, clientColumns } from './client-columns.tsx';
import { clientKindNames } from './client-words.ts';
import { useClients } from './use-clients.ts';

const preset = { id: 'name', desc: false };

export function ClientList() {
  const { data, error, isError, errorUpdatedAt, refetch } = useClients();
  const [isRevokedShown, showRevoked] = useQueryState('revoked', parseAsBoolean.withDefault(false));
  const chosen = useMemo(
    () => data?.items.filter(({ revokedAt }) => isRevokedShown || revokedAt === undefined),
    [data, isRevokedShown],
  );
  const filter = useOrderFilter(chosen, wordsOf, preset);
  const columns = useMemo(() => clientColumns(filter.actions), [filter.actions]);
  const revoked = data?.items.filter(({ revokedAt }) => revokedAt !== undefined).length ?? 0;
  return (
    <DataTable
      name="clients"
      label="Clients"
      noun={['client', 'clients']}
      look="page"
      columns={columns}
      rows={filter.shown}
      rowId={idOf}
      href={pathOf}
      card={ClientCard}
      sort={filter.sort}
      onSort={filter.setSort}
      tools={
        <>
          <SearchField label="Search clients" value={filter.find} onChange={filter.setFind} />
          {(revoked > 0 || isRevokedShown) && (
            <label className="flex items-center gap-2 text-ink-2">
              <input
                type="checkbox"
                className="size-4 accent-accent-fill"
                checked={isRevokedShown}
                onChange={({ target }) => void showRevoked(target.checked || null)}
              />
              {formatCount(revoked)} revoked
            </label>
          )}
          <LeftOut values={filter.without} onChange={filter.setWithout} />
        </>
      }
      instead={
        isError && data === undefined ? (
          <Failing what="clients" error={error} since={errorUpdatedAt} retry={refetch} />
        ) : filter.shown?.length === 0 ? (
          <NoClients isFiltered={(chosen?.length ?? 0) > 0} onClear={filter.clear} />
        ) : undefined
      }
    />
  );
}

function NoClients({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  if (isFiltered) {
    return (
      <Empty
        icon={SearchX}
        title="No client matches"
        action={<Button onClick={onClear}>Show all clients</Button>}
      />
    );
  }
  return (
    <Empty
      icon={AppWindow}
      title="No client yet"
      action={
        <May action="client.create" otherwise={<NotYours what="Making one" action="client.create" />}>
          <ButtonLink href="/clients/new" look="primary">
            Make the first client
          </ButtonLink>
        </May>
      }
    >
      A client is a program or an app that gets tokens from Tidegate, so that what it calls can trust them,
      and you can end them here.
    </Empty>
  );
}

const idOf = ({ id }: OAuthClient) => id;
const pathOf = ({ id }: OAuthClient) => `/clients/${id}`;

function wordsOf({ name, kind, audiences, scopes, id }: OAuthClient): string[] {
  return [name, clientKindNames[kind], id, ...audiences, ...scopes];
}
