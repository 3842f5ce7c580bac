'use client';

import { Plus, Trash2 } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { type PolicyMistake, type PolicyText, policyLimits } from '../../../../lib/contract/policies.ts';
import { Button, IconButton } from '../../../_ui/button.tsx';
import { cx } from '../../../_ui/class-names.ts';
import { Dialog, DialogActions, DialogBody } from '../../../_ui/dialog.tsx';
import { Field, Input } from '../../../_ui/field.tsx';
import { formatCount } from '../../../_ui/format.ts';
import { type DocumentState, nameProblem, stateOf, without } from './draft.ts';

interface DocumentsProps {
  policies: PolicyText[];
  inForce: PolicyText[];
  mistakes: readonly PolicyMistake[];
  shown: string | undefined;
  onShow: (name: string | null) => void;
  /** Undefined where one may only read. */
  onChange: ((policies: PolicyText[]) => void) | undefined;
}

const starter = `// What this document is for.
//
// @id("quiet-nights")
// forbid (principal is Operator, action in Action::"administer", resource)
// when { context.hour < 6 };
`;

/** The documents of the draft: which one is shown, which were changed, which have mistakes. */
export function Documents(props: DocumentsProps) {
  const { policies, inForce, mistakes, shown, onShow, onChange } = props;
  const [isAdding, setAdding] = useState(false);
  return (
    <header className="flex items-center gap-1 border-b border-line p-1.5">
      <nav aria-label="Documents" className="min-w-0 grow overflow-x-auto">
        <ul className="flex gap-0.5">
          {policies.map((document) => (
            <li key={document.name}>
              <DocumentTab
                name={document.name}
                state={stateOf(document, inForce)}
                mistakes={mistakes.filter((mistake) => mistake.document === document.name).length}
                isShown={document.name === shown}
                onShow={() => onShow(document.name)}
              />
            </li>
          ))}
        </ul>
      </nav>
      {onChange && (
        <>
          {policies.length < policyLimits.documentsMax && (
            <IconButton small icon={Plus} label="Add a document" onClick={() => setAdding(true)} />
          )}
          {shown !== undefined && policies.length > 1 && (
            <IconButton
              small
              icon={Trash2}
              label={`Remove ${shown} from the draft`}
              onClick={() => {
                onChange(without(policies, shown));
                onShow(null);
              }}
            />
          )}
          <AddDocument
            open={isAdding}
            taken={policies}
            onClose={() => setAdding(false)}
            onAdd={(name) => {
              onChange([...policies, { name, text: starter }]);
              onShow(name);
            }}
          />
        </>
      )}
    </header>
  );
}

const stateNames: Record<DocumentState, string> = { same: '', changed: 'changed', added: 'new' };

interface DocumentTabProps {
  name: string;
  state: DocumentState;
  mistakes: number;
  isShown: boolean;
  onShow: () => void;
}

function DocumentTab({ name, state, mistakes, isShown, onShow }: DocumentTabProps) {
  return (
    <button
      type="button"
      aria-current={isShown ? 'true' : undefined}
      onClick={onShow}
      className={cx(
        'flex h-7 items-center gap-1.5 rounded-md px-2 whitespace-nowrap -outline-offset-2',
        isShown ? 'bg-raised font-medium text-ink' : 'text-ink-2 hover:bg-hover hover:text-ink',
      )}
    >
      {name}
      {state !== 'same' && <span className="text-xs font-normal text-accent">{stateNames[state]}</span>}
      {mistakes > 0 && (
        <span className="rounded-full bg-deny-soft px-1.5 text-xs leading-4.5 font-medium text-deny">
          {formatCount(mistakes)}
          <span className="sr-only"> {mistakes === 1 ? 'mistake' : 'mistakes'}</span>
        </span>
      )}
    </button>
  );
}

interface AddDocumentProps {
  open: boolean;
  taken: readonly PolicyText[];
  onClose: () => void;
  onAdd: (name: string) => void;
}

function AddDocument({ open, taken, onClose, onAdd }: AddDocumentProps) {
  const [name, setName] = useState('');
  const formId = useId();
  const problem = nameProblem(name, taken);
  function submit(event: FormEvent) {
    event.preventDefault();
    if (problem !== undefined) return;
    onAdd(name);
    setName('');
    onClose();
  }
  return (
    <Dialog open={open} onClose={onClose} title="Add a document">
      <DialogBody>
        <form id={formId} onSubmit={submit}>
          <Field
            label="Name"
            hint={
              name === ''
                ? 'Policies are known as document/id, for example night-shift/quiet-nights.'
                : problem
            }
          >
            <Input
              required
              autoComplete="off"
              spellCheck={false}
              placeholder="night-shift"
              value={name}
              onChange={({ target }) => setName(target.value)}
            />
          </Field>
        </form>
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" form={formId} look="primary" disabled={problem !== undefined}>
          Add the document
        </Button>
      </DialogActions>
    </Dialog>
  );
}
