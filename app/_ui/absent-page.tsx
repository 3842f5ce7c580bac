'use client';

/** A page about one thing before the thing is there: on its way, failing, or not known, with the way back to its list. */

import { SearchX } from 'lucide-react';
import type { ReactNode } from 'react';
import { isProblem } from '../_session/problem.ts';
import { ButtonLink } from './button.tsx';
import { Crumb } from './crumb.tsx';
import { Page } from './panel.tsx';
import { Empty, Failing, Skeleton } from './states.tsx';

interface AbsentPageProps {
  /** What it is one of: `alert`, in a list of alerts. */
  noun: string;
  list: { href: string; name: string };
  /** Where all of them are listed, when the list does not begin with that. */
  allHref?: string;
  query: {
    error: unknown;
    isError: boolean;
    /** The list that should hold it has come. */
    isSuccess: boolean;
    errorUpdatedAt: number;
    refetch: () => unknown;
  };
  /** Why it may not be known. */
  children: ReactNode;
}

export function AbsentPage({ noun, list, allHref = list.href, query, children }: AbsentPageProps) {
  const { error, isError, isSuccess, errorUpdatedAt, refetch } = query;
  return (
    <Page title={<Crumb {...list} />}>
      {isSuccess || isProblem(error, 'not_found') ? (
        <Empty
          icon={SearchX}
          title={`No such ${noun}`}
          action={<ButtonLink href={allHref} look="primary">{`Show all ${noun}s`}</ButtonLink>}
        >
          <span className="wrap-anywhere">{children}</span>
        </Empty>
      ) : isError ? (
        <Failing what={`this ${noun}`} error={error} since={errorUpdatedAt} retry={refetch} />
      ) : (
        <div role="status" aria-label={`Loading the ${noun}`} className="flex flex-col gap-4">
          <Skeleton className="h-7 w-72" />
          <Skeleton className="h-8 w-96 max-w-full" />
          <Skeleton className="h-80" />
        </div>
      )}
    </Page>
  );
}
