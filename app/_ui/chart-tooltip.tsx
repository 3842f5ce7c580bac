import type { ChartPoint } from './chart-scale.ts';
import { formatBand, formatMoment, formatRate, formatUtc } from './format.ts';

interface ChartTooltipProps {
  active: boolean | undefined;
  point: ChartPoint | undefined;
  per: 's' | 'min';
}

/** The numbers under the crosshair, each beside its normal. */
export function ChartTooltip({ active, point, per }: ChartTooltipProps) {
  if (!active || point === undefined) return null;
  return (
    <div className="min-w-44 rounded-lg border border-line-strong bg-panel px-3 py-2 text-xs shadow-lg">
      <p className="mb-1 text-ink-3" title={formatUtc(point.at)}>
        {formatMoment(point.at, Date.now())}
      </p>
      <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-0.5">
        <Line
          name={`Requests / ${per}`}
          value={point.requests === null ? 'no data' : formatRate(point.requests)}
        />
        {point.band && <Line name="Expected" value={formatBand(point.band[0], point.band[1])} />}
        <Line name={`Refused / ${per}`} value={formatRate(point.refused ?? 0)} />
        {point.alerts > 0 && <Line name="Alerts opened" value={String(point.alerts)} />}
      </dl>
    </div>
  );
}

function Line({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt className="text-ink-2">{name}</dt>
      <dd className="text-right font-medium">{value}</dd>
    </>
  );
}
