'use client';

import { Field, Input } from '../../../_ui/field.tsx';
import { formatCount, formatRate } from '../../../_ui/format.ts';
import { perUserDays } from './detection-changes.ts';

interface NumberFieldProps {
  value: number;
  onChange: (value: number) => void;
}

export function BaseLimitField({ value, onChange }: NumberFieldProps) {
  const perMinute = value / 60;
  return (
    <Field
      label="Base limit, requests an hour"
      hint={
        <>
          What one user may always do on one endpoint, whatever its history: {formatRate(perMinute)} a minute.
          Limits adapt above this and never fall below it.
        </>
      }
    >
      <Input
        type="number"
        required
        min={1}
        max={1_000_000}
        step={1}
        className="sm:max-w-40"
        value={Number.isNaN(value) ? '' : value}
        onChange={({ target }) => onChange(target.valueAsNumber)}
      />
    </Field>
  );
}

export function FalseAlarmBudgetField({ value, onChange }: NumberFieldProps) {
  return (
    <Field
      label={`False alarms accepted, per ${perUserDays}`}
      hint={
        Number.isNaN(value)
          ? 'A number from 0.5 to 50; 2 is the usual.'
          : `With ${formatCount(1_000)} users about ${formatRate(value)} a day may be alarmed about for nothing. Twice the number finds fainter abuse; half of it is calmer.`
      }
    >
      <Input
        type="number"
        required
        min={0.5}
        max={50}
        step={0.5}
        className="sm:max-w-40"
        value={Number.isNaN(value) ? '' : value}
        onChange={({ target }) => onChange(target.valueAsNumber)}
      />
    </Field>
  );
}

/** The slider covers what is useful; the field beside it takes all that is allowed. */
const sliderMax = 5;

export function SensitivityField({ value, onChange }: NumberFieldProps) {
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1.5 font-medium">Tolerance, times normal</legend>
      <span className="flex items-center gap-3">
        <input
          type="range"
          aria-label="Tolerance, times normal"
          min={1}
          max={sliderMax}
          step={0.1}
          value={Number.isNaN(value) ? 1 : Math.min(value, sliderMax)}
          onChange={({ target }) => onChange(target.valueAsNumber)}
          className="h-8 min-w-0 grow accent-accent-fill"
        />
        <span className="w-20 shrink-0">
          <Input
            type="number"
            required
            aria-label="Tolerance as a number"
            min={1}
            max={100}
            step={0.1}
            value={Number.isNaN(value) ? '' : value}
            onChange={({ target }) => onChange(target.valueAsNumber)}
          />
        </span>
      </span>
      <span className="flex justify-between text-xs text-ink-3">
        <span>strict: stops early, alerts more</span>
        <span>tolerant: alerts less</span>
      </span>
      <span className="text-xs text-ink-3">
        {Number.isNaN(value)
          ? 'A number from 1 to 100; 1.5 is the usual.'
          : `Someone who normally makes 60 requests a minute may always make ${formatRate(60 * value)}. It scales every threshold; 1.5 is the usual.`}
      </span>
    </fieldset>
  );
}
