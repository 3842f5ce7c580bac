'use client';

import { Compass } from 'lucide-react';
import { ButtonLink } from './_ui/button.tsx';
import { Empty } from './_ui/states.tsx';

export default function NotFound() {
  return (
    <main className="flex min-h-dvh items-center justify-center">
      <Empty
        icon={Compass}
        title="There is no such page"
        action={<ButtonLink href="/">Go to Live</ButtonLink>}
      >
        The link may be old, or mistyped.
      </Empty>
    </main>
  );
}
