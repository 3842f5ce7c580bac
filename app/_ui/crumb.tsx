import { ChevronRight } from 'lucide-react';
import { Link } from './link.tsx';

/** The way back to the list that a page belongs to, above its title. */
export function Crumb({ href, name }: { href: string; name: string }) {
  return (
    <Link href={href} className="flex items-center gap-1 text-sm font-normal text-ink-2 hover:text-ink">
      {name} <ChevronRight aria-hidden className="size-3.5" />
    </Link>
  );
}
