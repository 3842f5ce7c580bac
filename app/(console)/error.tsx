'use client';

/** A page that failed to draw, inside the frame: the rail and every other page go on working. */

import { useQueryClient } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { Button } from '../_ui/button.tsx';
import { Page } from '../_ui/panel.tsx';
import { Empty } from '../_ui/states.tsx';

export default function ConsolePageError({ reset }: { error: Error; reset: () => void }) {
  const queries = useQueryClient();
  const again = () => {
    // What the page could not draw is still in the cache, and nobody else uses it now.
    queries.removeQueries({ type: 'inactive' });
    reset();
  };
  return (
    <Page title="This page failed">
      <div role="alert">
        <Empty
          icon={TriangleAlert}
          title="The console could not draw this page"
          action={<Button onClick={again}>Try again</Button>}
        >
          Protection goes on, and the other pages work. If it fails again, something in the data of this page
          is not as expected: please report what the page was about.
        </Empty>
      </div>
    </Page>
  );
}
