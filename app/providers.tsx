'use client';

/** What every page needs around it: the query cache, URL state and toasts. */

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { type ReactNode, useState } from 'react';
import { ApiProblem } from './_session/problem.ts';
import { Toasts } from './_ui/toast.tsx';

export function Providers({ children }: { children: ReactNode }) {
  const [queries] = useState(createQueries);
  return (
    <NuqsAdapter>
      <QueryClientProvider client={queries}>
        {children}
        <Toasts />
      </QueryClientProvider>
    </NuqsAdapter>
  );
}

function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // A refusal will be refused again; only silence and overload are worth another try.
        retry: (failures, error) => failures < 2 && error instanceof ApiProblem && isPassing(error),
      },
    },
  });
}

function isPassing(problem: ApiProblem): boolean {
  return problem.code === 'offline' || problem.status === 429 || problem.status >= 500;
}
