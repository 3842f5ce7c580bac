'use client';

import { TriangleAlert } from 'lucide-react';
import { BarePage } from './_shell/bare-page.tsx';
import { Button } from './_ui/button.tsx';
import { Empty } from './_ui/states.tsx';

/** A page that failed to draw. The data is safe: the console only shows it. */
export default function PageError({ reset }: { error: Error; reset: () => void }) {
  return (
    <BarePage role="alert">
      <Empty
        icon={TriangleAlert}
        title="This page failed"
        action={<Button onClick={reset}>Try again</Button>}
      >
        Protection goes on; only the console is concerned.
      </Empty>
    </BarePage>
  );
}
