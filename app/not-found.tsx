'use client';

import { Compass } from 'lucide-react';
import { BarePage } from './_shell/bare-page.tsx';
import { ButtonLink } from './_ui/button.tsx';
import { Empty } from './_ui/states.tsx';

export default function NotFound() {
  return (
    <BarePage>
      <Empty
        icon={Compass}
        title="There is no such page"
        action={
          <ButtonLink href="/" look="primary">
            Go to Live
          </ButtonLink>
        }
      >
        Nothing is at this address: the link may be old, or mistyped.
      </Empty>
    </BarePage>
  );
}
