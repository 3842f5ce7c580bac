'use client';

/** Every version with who, when and why; what taking one back would change, line by line. */

import { parseAsInteger, useQueryState } from 'nuqs';
import type { PolicyOverview, PolicyVersionSummary } from '../../../../lib/contract/policies.ts';
import { cx } from '../../../_ui/class-names.ts';
import { Panel } from '../../../_ui/panel.tsx';
import { Ago } from '../../../_ui/time.tsx';
import { VersionView } from './version-view.tsx';

export default function Versions({ overview }: { overview: PolicyOverview }) {
  const [chosen, choose] = useQueryState('version', parseAsInteger);
  const { versions, current } = overview;
  const shown = versions.find(({ version }) => version === chosen) ?? versions[0];
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[20rem_minmax(0,1fr)]">
      <Panel title="Versions" note="newest first">
        <ol className="max-h-[calc(100dvh-12rem)] overflow-y-auto">
          {versions.map((version) => (
            <li key={version.version} className="border-b border-line last:border-b-0">
              <VersionRow
                version={version}
                isShown={version.version === shown?.version}
                onShow={() => void choose(version.version)}
              />
            </li>
          ))}
        </ol>
      </Panel>
      {shown && <VersionView key={shown.version} summary={shown} current={current} />}
    </div>
  );
}

interface VersionRowProps {
  version: PolicyVersionSummary;
  isShown: boolean;
  onShow: () => void;
}

function VersionRow({ version, isShown, onShow }: VersionRowProps) {
  const { comment, createdAt, createdByName, restores, current } = version;
  return (
    <button
      type="button"
      aria-current={isShown ? 'true' : undefined}
      onClick={onShow}
      className={cx(
        'flex w-full flex-col gap-0.5 px-4 py-2 text-left -outline-offset-2',
        isShown ? 'bg-raised' : 'hover:bg-hover',
      )}
    >
      <span className="flex w-full items-baseline gap-2">
        <span className="font-medium">Version {version.version}</span>
        {current && <span className="text-xs font-medium text-accent">in force</span>}
        {restores !== undefined && <span className="text-xs text-ink-3">text of version {restores}</span>}
      </span>
      <span className="text-ink-2 wrap-anywhere">{comment}</span>
      <span className="text-xs text-ink-3">
        {version.version === 0 ? (
          'comes with Tidegate'
        ) : (
          <>
            {createdByName}, <Ago at={createdAt} />
          </>
        )}
      </span>
    </button>
  );
}
