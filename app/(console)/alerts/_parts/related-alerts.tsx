'use client';

/** What else was found about the same user, address or token: one abuse often shows as several findings. */

import { useQuery } from '@tanstack/react-query';
import type { Alert } from '../../../../lib/contract/alert.ts';
import type { AlertSummary, Page } from '../../../../lib/contract/console.ts';
import { api, withQuery } from '../../../_session/api.ts';
import { StatusBadge } from '../../../_ui/badges.tsx';
import { Link } from '../../../_ui/link.tsx';
import { Panel } from '../../../_ui/panel.tsx';
import { Failing, SkeletonRows } from '../../../_ui/states.tsx';
import { Ago } from '../../../_ui/time.tsx';
import { kindNames } from '../../../_ui/words.ts';
import { relativesOf } from './relatives.ts';

const shownMax = 5;

export function RelatedAlerts({ alert }: { alert: Alert }) {
  const relatives = relativesOf(alert);
  const { data, error, isError, errorUpdatedAt, refetch } = useQuery({
    queryKey: ['alert', alert.id, 'related', relatives],
    enabled: relatives.length > 0,
    queryFn: async ({ signal }) => {
      const pages = await Promise.all(
        relatives.map((query) =>
          api<Page<AlertSummary>>({
            path: withQuery('/api/alerts', { ...query, limit: shownMax + 1 }),
            signal,
          }),
        ),
      );
      const byId = new Map(pages.flatMap(({ items }) => items).map((item) => [item.id, item]));
      byId.delete(alert.id);
      return [...byId.values()].toSorted((a, b) => b.openedAt - a.openedAt).slice(0, shownMax);
    },
  });
  if (relatives.length === 0) return null;
  return (
    <Panel title="Same user, same address" note="other alerts, newest first">
      {isError && data === undefined ? (
        <Failing what="other alerts" error={error} since={errorUpdatedAt} retry={refetch} />
      ) : data === undefined ? (
        <SkeletonRows rows={2} label="Loading other alerts" />
      ) : data.length === 0 ? (
        <p className="px-4 py-3 text-ink-2">Nothing else was found about them.</p>
      ) : (
        <ul>
          {data.map((other) => (
            <li
              key={other.id}
              className="flex items-center gap-3 border-b border-line px-4 py-2 last:border-b-0"
            >
              <span className="min-w-0 grow">
                <Link href={`/alerts/${other.id}`} className="line-clamp-2 wrap-anywhere hover:underline">
                  {other.summary}
                </Link>
                <span className="block text-xs text-ink-3">
                  {kindNames[other.kind]} · <Ago at={other.openedAt} />
                </span>
              </span>
              <StatusBadge status={other.status} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
