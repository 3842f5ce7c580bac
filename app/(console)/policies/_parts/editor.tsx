'use client';

/** The draft: its documents, the text of one, what is wrong with it, and what it would change. */

import { FlaskConical, Undo2, Upload } from 'lucide-react';
import { parseAsString, useQueryState } from 'nuqs';
import { useRef, useState } from 'react';
import type { PolicyMistake, PolicyOverview, PolicyText } from '../../../../lib/contract/policies.ts';
import { useMay } from '../../../_session/use-me.ts';
import { Button } from '../../../_ui/button.tsx';
import { useHotkeys } from '../../../_ui/hotkeys.ts';
import { CodeArea } from './code-area.tsx';
import { Documents } from './documents.tsx';
import { isSame, withText } from './draft.ts';
import { DraftNotice } from './draft-notice.tsx';
import { DryRun } from './dry-run.tsx';
import { Mistakes } from './mistakes.tsx';
import { PublishDialog } from './publish-dialog.tsx';
import { selectMistake } from './select-mistake.ts';
import { useDraft } from './use-draft.ts';
import { useVerdict } from './use-policies.ts';

const nothing: PolicyMistake[] = [];

export function Editor({ overview }: { overview: PolicyOverview }) {
  const { current } = overview;
  const draft = useDraft(current);
  const may = useMay();
  const mayTest = may('policy.test');
  const mayUpdate = may('policy.update');
  const { verdict, isChecking, error } = useVerdict(draft.policies, mayTest);
  const [name, setName] = useQueryState('document', parseAsString);
  const shown = draft.policies.find((document) => document.name === name) ?? draft.policies[0];
  const [tried, setTried] = useState<PolicyText[]>();
  const [isPublishing, setPublishing] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const isStale = draft.isChanged && draft.basedOn !== current.version;
  const tryIt = () => setTried(draft.policies);
  useHotkeys(mayTest ? [{ keys: 't', label: 'Try the draft on the last day', run: tryIt }] : []);
  async function go(mistake: PolicyMistake) {
    if (mistake.document !== '') await setName(mistake.document);
    requestAnimationFrame(() => area.current && selectMistake(area.current, mistake));
  }
  return (
    <>
      <DraftNotice draft={draft} current={current} isStale={isStale} />
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <section aria-label="Editor" className="flex min-w-0 flex-col rounded-lg border border-line bg-panel">
          <Documents
            policies={draft.policies}
            inForce={current.policies}
            mistakes={verdict?.mistakes ?? nothing}
            shown={shown?.name}
            onShow={(next) => void setName(next)}
            onChange={mayUpdate ? draft.edit : undefined}
          />
          {shown && (
            <CodeArea
              key={shown.name}
              label={`Text of ${shown.name}`}
              text={shown.text}
              mistakes={within(shown.name, verdict?.mistakes)}
              warnings={within(shown.name, verdict?.warnings)}
              readOnly={!mayUpdate}
              area={area}
              onChange={(text) => draft.edit(withText(draft.policies, shown.name, text))}
            />
          )}
          <EditorActs
            canDiscard={draft.isChanged}
            canPublish={draft.isChanged && !isStale && !isChecking && verdict?.mistakes.length === 0}
            onTry={mayTest ? tryIt : undefined}
            onDiscard={mayUpdate ? draft.discard : undefined}
            onPublish={mayUpdate ? () => setPublishing(true) : undefined}
          />
        </section>
        <div className="flex min-w-0 flex-col gap-4">
          <Mistakes
            verdict={verdict}
            isChecking={isChecking}
            error={error}
            isOffered={mayTest}
            onGo={(mistake) => void go(mistake)}
          />
          <DryRun
            policies={tried}
            isOutdated={tried !== undefined && !isSame(tried, draft.policies)}
            onTry={tryIt}
          />
        </div>
      </div>
      <PublishDialog
        change={
          isPublishing ? { kind: 'publish', policies: draft.policies, basedOn: draft.basedOn } : undefined
        }
        onClose={() => setPublishing(false)}
        onDone={draft.discard}
      />
    </>
  );
}

function within(document: string, mistakes = nothing): PolicyMistake[] {
  return mistakes.filter((mistake) => mistake.document === document);
}

interface EditorActsProps {
  canDiscard: boolean;
  canPublish: boolean;
  /** Each undefined where one may not. */
  onTry: (() => void) | undefined;
  onDiscard: (() => void) | undefined;
  onPublish: (() => void) | undefined;
}

function EditorActs({ canDiscard, canPublish, onTry, onDiscard, onPublish }: EditorActsProps) {
  return (
    <footer className="flex flex-wrap items-center gap-2 border-t border-line p-2">
      {onTry && (
        <Button icon={FlaskConical} aria-keyshortcuts="t" onClick={onTry}>
          Try on the last day
        </Button>
      )}
      {onDiscard && (
        <Button icon={Undo2} look="quiet" disabled={!canDiscard} onClick={onDiscard}>
          Discard the draft
        </Button>
      )}
      {onPublish && (
        <Button className="ml-auto" look="primary" icon={Upload} disabled={!canPublish} onClick={onPublish}>
          Publish…
        </Button>
      )}
    </footer>
  );
}
