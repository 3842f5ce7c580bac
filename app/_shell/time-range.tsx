'use client';

import { ChevronDown, Clock, X } from 'lucide-react';
import { usePathname } from 'next/navigation';
import { Button, IconButton } from '../_ui/button.tsx';
import { formatClock } from '../_ui/format.ts';
import { Menu, MenuCheck } from '../_ui/menu.tsx';
import { type RangeName, rangesOf, useRange } from '../_ui/range.ts';

const labels: Record<RangeName, string> = {
  '1m': 'Last minute',
  '5m': 'Last 5 min',
  '15m': 'Last 15 min',
  '1h': 'Last hour',
  '6h': 'Last 6 h',
  '24h': 'Last 24 h',
};

/** Shown only where a page has a time axis. */
export function TimeRange() {
  const ranges = rangesOf(usePathname());
  return ranges === undefined ? null : <RangeMenu {...ranges} />;
}

function RangeMenu({ offered, preset }: { offered: readonly RangeName[]; preset: RangeName }) {
  const range = useRange(offered, preset);
  const label = range.zoom
    ? `${formatClock(range.zoom.fromMs)} – ${formatClock(range.zoom.toMs)}`
    : labels[range.name];
  return (
    <span className="flex items-center">
      <Menu
        trigger={
          <Button look="quiet" className="px-2" aria-label={`Time range: ${label}`}>
            <Clock aria-hidden className="size-4" strokeWidth={1.75} />
            <span className="max-sm:sr-only">{label}</span>
            <ChevronDown aria-hidden className="size-3.5 max-sm:hidden" />
          </Button>
        }
      >
        {offered.map((name) => (
          <MenuCheck
            key={name}
            checked={!range.zoom && name === range.name}
            onSelect={() => range.setName(name)}
          >
            {labels[name]}
          </MenuCheck>
        ))}
      </Menu>
      {range.zoom && (
        <IconButton icon={X} label="Leave the zoom" small onClick={() => range.setZoom(undefined)} />
      )}
    </span>
  );
}
