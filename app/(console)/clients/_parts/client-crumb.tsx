import { ChevronRight } from 'lucide-react';
import Link from 'next/link';

export function ClientCrumb() {
  return (
    <Link href="/clients" className="flex items-center gap-1 text-sm font-normal text-ink-2 hover:text-ink">
      Clients <ChevronRight aria-hidden className="size-3.5" />
    </Link>
  );
}
