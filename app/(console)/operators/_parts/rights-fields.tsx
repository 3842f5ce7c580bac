'use client';

import { Activity, Eye, type LucideIcon, ShieldCheck } from 'lucide-react';
import {
  clearanceByRole,
  type OperatorRole,
  operatorRoles,
  teamCharsMax,
} from '../../../../lib/contract/operators.ts';
import { clearanceNames, roleMeanings, roleNames } from '../../../_session/role-words.ts';
import { cx } from '../../../_ui/class-names.ts';
import { Field, Input, Select } from '../../../_ui/field.tsx';

export interface Rights {
  role: OperatorRole;
  team: string;
  clearance: number;
}

interface RightsFieldsProps {
  rights: Rights;
  onChange: (rights: Rights) => void;
}

/** What an operator may do: a role, a team that policies can speak of, and how sensitive a thing may be. */
export function RightsFields({ rights, onChange }: RightsFieldsProps) {
  const { role, team, clearance } = rights;
  return (
    <>
      <RoleChoice role={role} onChange={(next) => onChange({ ...rights, ...presetOf(next) })} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Clearance" hint="What is more sensitive stays hidden.">
          <Select
            value={clearance}
            onChange={({ target }) => onChange({ ...rights, clearance: Number(target.value) })}
          >
            {clearanceNames.map((name, value) => (
              <option key={name} value={value}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="Team" hint="Policies can speak of it.">
          <Input
            maxLength={teamCharsMax}
            autoComplete="off"
            placeholder="none"
            value={team}
            onChange={({ target }) => onChange({ ...rights, team: target.value })}
          />
        </Field>
      </div>
    </>
  );
}

/** A role comes with its usual clearance, which can then be changed. */
function presetOf(role: OperatorRole): Pick<Rights, 'role' | 'clearance'> {
  return { role, clearance: clearanceByRole[role] };
}

const roleIcons: Record<OperatorRole, LucideIcon> = { owner: ShieldCheck, analyst: Activity, viewer: Eye };

function RoleChoice({ role, onChange }: { role: OperatorRole; onChange: (role: OperatorRole) => void }) {
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 font-medium">Role</legend>
      {operatorRoles.map((value) => {
        const Icon = roleIcons[value];
        return (
          <label
            key={value}
            className={cx(
              'flex cursor-pointer gap-2.5 rounded-md border px-3 py-2 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
              value === role ? 'border-accent bg-accent-soft' : 'border-line-strong hover:bg-hover',
            )}
          >
            <input
              type="radio"
              name="role"
              className="sr-only"
              checked={value === role}
              onChange={() => onChange(value)}
            />
            <Icon
              aria-hidden
              className={cx('mt-0.5 size-4 shrink-0', value === role ? 'text-accent' : 'text-ink-3')}
              strokeWidth={1.75}
            />
            <span>
              <span className="block font-medium">{roleNames[value]}</span>
              <span className="block text-xs text-ink-2">{roleMeanings[value]}</span>
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}
