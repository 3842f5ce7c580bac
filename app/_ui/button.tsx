import { LoaderCircle, type LucideIcon } from 'lucide-react';
import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { cx } from './class-names.ts';
import { Link } from './link.tsx';

type Look = 'primary' | 'plain' | 'quiet' | 'strong';

const looks: Record<Look, string> = {
  primary: 'bg-accent-fill text-on-accent hover:brightness-110',
  plain: 'border border-line-strong bg-panel text-ink hover:bg-hover',
  quiet: 'text-ink-2 hover:bg-raised hover:text-ink',
  strong: 'bg-ink text-canvas hover:opacity-90',
};

const shape =
  'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap ' +
  'transition-[background-color,filter,opacity] duration-100 disabled:pointer-events-none disabled:opacity-50';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  size?: keyof typeof sizes;
  icon?: LucideIcon;
  /** Shown as running: the button keeps its width and cannot be pressed twice. */
  busy?: boolean;
}

/** A thumb needs more room than a pointer. */
const sizes = {
  sm: 'h-7 px-2 text-xs pointer-coarse:h-9',
  md: 'h-8 px-3 text-sm pointer-coarse:h-10',
  lg: 'h-10 px-4 text-base',
};

export function Button({
  look = 'plain',
  size = 'md',
  icon: Icon,
  busy,
  className,
  children,
  ...rest
}: ButtonProps) {
  const Shown = busy ? LoaderCircle : Icon;
  return (
    <button
      type="button"
      {...rest}
      disabled={rest.disabled || busy}
      aria-busy={busy}
      className={cx(shape, looks[look], sizes[size], className)}
    >
      {Shown && <Shown aria-hidden className={cx('size-4', busy && 'animate-spin')} strokeWidth={1.75} />}
      {children}
    </button>
  );
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  icon: LucideIcon;
  label: string;
  small?: boolean;
}

export function IconButton({ icon: Icon, label, small, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={cx(
        shape,
        looks.quiet,
        small ? 'size-7 pointer-coarse:size-9' : 'size-8 pointer-coarse:size-10',
        className,
      )}
    >
      <Icon aria-hidden className="size-4" strokeWidth={1.75} />
    </button>
  );
}

/** A link that looks like a button: it leads somewhere, it does not act. */
export function ButtonLink({
  href,
  look = 'plain',
  size = 'md',
  children,
}: {
  href: string;
  look?: Look;
  size?: keyof typeof sizes;
  children: ReactNode;
}) {
  return (
    <Link href={href} className={cx(shape, looks[look], sizes[size])}>
      {children}
    </Link>
  );
}
