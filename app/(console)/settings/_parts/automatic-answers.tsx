'use client';

/** What Tidegate does by itself to a session when an alert about it opens, for each kind of finding. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { AlertAnswers } from '../../../../lib/contract/alert-answers.ts';
import type { DetectorKind } from '../../../../lib/contract/decision.ts';
import { api } from '../../../_session/api.ts';
import { NotYours } from '../../../_session/may.tsx';
import { useMay } from '../../../_session/use-me.ts';
import {
  type AutomaticAnswer,
  answerMeanings,
  answerNames,
  automaticAnswers,
} from '../../../_tokens/answer-words.ts';
import { Button } from '../../../_ui/button.tsx';
import { Confirm } from '../../../_ui/confirm.tsx';
import { Select } from '../../../_ui/field.tsx';
import { Panel } from '../../../_ui/panel.tsx';
import { Failing, SkeletonRows } from '../../../_ui/states.tsx';
import { isDetectorKind, kindNames, plural } from '../../../_ui/words.ts';

const path = '/api/alert-answers';
const queryKey = ['alert-answers'];
const kinds = Object.keys(kindNames).filter(isDetectorKind);

export function AutomaticAnswers() {
  const { data, error, isError, errorUpdatedAt, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => api<AlertAnswers>({ path, signal }),
  });
  return (
    <Panel title="Automatic answers" note="to sessions that Tidegate gave out">
      {data ? (
        <AnswersForm stored={data} />
      ) : isError ? (
        <Failing what="automatic answers" error={error} since={errorUpdatedAt} retry={refetch} />
      ) : (
        <SkeletonRows rows={kinds.length} label="Loading automatic answers" />
      )}
    </Panel>
  );
}

/** Holds only what was touched: the rest follows what is stored, whoever changes it. */
function AnswersForm({ stored }: { stored: AlertAnswers }) {
  const [touched, setTouched] = useState<Partial<AlertAnswers>>({});
  const [isAsking, setAsking] = useState(false);
  const queries = useQueryClient();
  const mayChange = useMay()('alert_answers.update');
  const draft = { ...stored, ...touched };
  const changed = kinds.filter((kind) => draft[kind] !== stored[kind]);
  async function save() {
    // The API replaces all of them: what another operator changed meanwhile is read first, and kept.
    const latest = await api<AlertAnswers>({ path });
    const body = { ...latest, ...touched };
    queries.setQueryData(queryKey, await api<AlertAnswers>({ method: 'PUT', path, body }));
    setTouched({});
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setAsking(true);
      }}
    >
      <ul>
        {kinds.map((kind) => (
          <AnswerRow
            key={kind}
            kind={kind}
            answer={draft[kind]}
            isReadOnly={!mayChange}
            onChange={(answer) => setTouched({ ...touched, [kind]: answer })}
          />
        ))}
      </ul>
      <div className="flex items-center gap-2 border-t border-line p-4">
        {mayChange ? (
          <Button type="submit" look="primary" disabled={changed.length === 0}>
            Review and save
          </Button>
        ) : (
          <NotYours what="Changing automatic answers" action="alert_answers.update" />
        )}
        {changed.length > 0 && (
          <Button look="quiet" onClick={() => setTouched({})}>
            Discard
          </Button>
        )}
      </div>
      <Confirm
        open={isAsking}
        onClose={() => setAsking(false)}
        title="Change what happens by itself?"
        action={`Save ${changed.length} ${plural(changed.length, 'change')}`}
        done="Saved. The next alert is answered so."
        run={save}
      >
        <ul className="flex flex-col gap-3">
          {changed.map((kind) => (
            <li key={kind}>
              <p className="text-ink">
                {kindNames[kind]}: {answerNames[stored[kind]].toLowerCase()} →{' '}
                <strong className="font-semibold">{answerNames[draft[kind]].toLowerCase()}</strong>
              </p>
              <p>{answerMeanings[draft[kind]]}</p>
            </li>
          ))}
        </ul>
        <p className="mt-3">Alerts that are open now are not answered again. Your passkey is asked for.</p>
      </Confirm>
    </form>
  );
}

interface AnswerRowProps {
  kind: DetectorKind;
  answer: AutomaticAnswer;
  isReadOnly: boolean;
  onChange: (answer: AutomaticAnswer) => void;
}

function AnswerRow({ kind, answer, isReadOnly, onChange }: AnswerRowProps) {
  const id = useId();
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-1.5 last:border-b-0">
      <label htmlFor={id} className="min-w-36 flex-1">
        {kindNames[kind]}
      </label>
      <Select
        id={id}
        className="w-48 shrink-0"
        value={answer}
        disabled={isReadOnly}
        title={answerMeanings[answer]}
        onChange={({ target }) =>
          onChange(automaticAnswers.find((known) => known === target.value) ?? answer)
        }
      >
        {automaticAnswers.map((known) => (
          <option key={known} value={known}>
            {answerNames[known]}
          </option>
        ))}
      </Select>
    </li>
  );
}
