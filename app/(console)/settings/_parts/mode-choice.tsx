'use client';

import { Eye, type LucideIcon, ShieldCheck } from 'lucide-react';
import type { Mode } from '../../../../lib/contract/decision.ts';
import { modeMeanings, modeNames } from '../../../_settings/mode-words.ts';
import { cx } from '../../../_ui/class-names.ts';

const icons: Record<Mode, LucideIcon> = { enforce: ShieldCheck, shadow: Eye };
const modes: Mode[] = ['enforce', 'shadow'];

/** Two modes with what each does to callers: a choice of consequences, not of words. */
export function ModeChoice({ value, onChange }: { value: Mode; onChange: (mode: Mode) => void }) {
  return (
    <fieldset className="grid gap-2 sm:grid-cols-2">
      <legend className="mb-1.5 font-medium">Mode</legend>
      {modes.map((mode) => {
        const Icon = icons[mode];
        return (
          <label
            key={mode}
            className={cx(
              'flex cursor-pointer gap-2.5 rounded-md border p-3 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
              mode === value ? 'border-accent bg-accent-soft' : 'border-line-strong hover:bg-hover',
            )}
          >
            <input
              type="radio"
              name="mode"
              className="sr-only"
              checked={mode === value}
              onChange={() => onChange(mode)}
            />
            <Icon
              aria-hidden
              className={cx('mt-0.5 size-4 shrink-0', mode === value ? 'text-accent' : 'text-ink-3')}
              strokeWidth={1.75}
            />
            <span>
              <span className="block font-medium">{modeNames[mode]}</span>
              <span className="block text-xs text-ink-2">{modeMeanings[mode]}</span>
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}
