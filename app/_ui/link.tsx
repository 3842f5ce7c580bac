'use client';

/**
 * A link whose page is fetched ahead once a hand is on it, not when it comes into sight: on a page of links that would
 * be dozens of requests in front of the page's own data, and more with every row that streams in.
 */

import NextLink from 'next/link';
import { type ComponentProps, useState } from 'react';

type LinkProps = Omit<ComponentProps<typeof NextLink>, 'prefetch' | 'onPointerEnter' | 'onFocus'>;

export function Link(props: LinkProps) {
  const [isNear, setNear] = useState(false);
  const near = () => setNear(true);
  return <NextLink {...props} prefetch={isNear ? null : false} onPointerEnter={near} onFocus={near} />;
}
