import type { ReactNode } from 'react';
import { cx } from './class-names.ts';

interface PanelProps {
  title: string;
  /** Beside the title: how much, or since when. */
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
}

export function Panel({ title, note, actions, children, className }: PanelProps) {
  return (
    <section
      aria-label={title}
      className={cx('@container flex min-w-0 flex-col rounded-lg border border-line bg-panel', className)}
    >
      <header className="flex min-h-10 items-center gap-x-2 border-b border-line px-4 py-1.5">
        <h2 title={title} className="min-w-0 truncate font-medium">
          {title}
        </h2>
        {note && <div className="min-w-0 flex-1 truncate text-xs text-ink-3 max-sm:hidden">{note}</div>}
        {actions && <div className="-mr-2 ml-auto flex shrink-0 items-center gap-1">{actions}</div>}
      </header>
      {children}
    </section>
  );
}

interface PageProps {
  title: ReactNode;
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** Title line and content of a page. */
export function Page({ title, note, actions, children }: PageProps) {
  return (
    <div className="mx-auto flex w-full max-w-[96rem] flex-col gap-4 p-3 pb-20 has-data-fill:min-h-0 has-data-fill:grow has-data-fill:pb-16 sm:p-5 md:pb-8 md:has-data-fill:pb-5">
      <header className="flex min-h-8 shrink-0 flex-wrap items-center gap-x-3 gap-y-2">
        <h1 className="min-w-0 text-lg font-semibold tracking-tight wrap-anywhere">{title}</h1>
        {note && <div className="text-ink-2">{note}</div>}
        {actions && <div className="ml-auto flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
