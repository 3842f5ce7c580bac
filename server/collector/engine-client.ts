/** The engine's thread as the HTTP thread sees it: a typed question and answer, and what it tells by itself. */

import { Worker } from 'node:worker_threads';
import { AppError } from '../http/app-error.ts';
import type { FromWorker, Queries, QueryName, Question, ToWorker, WorkerSetup } from './worker-protocol.ts';

/** The thread answers between two slices of the log; whoever waits longer than this waits for nothing. */
const answerMsMax = 15_000;
/** Questions waiting at once: more than any console asks, few enough to hold. */
const questionsMax = 2_000;

/** Decoded batches die young; a larger nursery lets most die before they are ever copied. */
const youngGenerationMb = 64;

type Told = Extract<FromWorker, { type: 'ready' | 'pulse' }>;

export interface EngineClient {
  ask<Name extends QueryName>(name: Name, ask: Queries[Name]['ask']): Promise<Queries[Name]['answer']>;
  /** The log grew. */
  wake(): void;
  pulseStored(number: number): void;
  /** Writes a checkpoint and ends; what was not read yet is read at the next start. */
  close(): Promise<void>;
}

interface Asked {
  resolve(answer: unknown): void;
  reject(error: AppError): void;
  timer: NodeJS.Timeout;
}

export function createEngineClient(deps: {
  setup: WorkerSetup;
  onTold: (message: Told) => void;
  /** Trouble that the thread lives with. */
  onNote: (text: string) => void;
  /** The thread ended although nobody closed it. */
  onLost: (error: Error) => void;
}): EngineClient {
  const worker = new Worker(new URL('./engine-worker.ts', import.meta.url), {
    workerData: deps.setup,
    resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb },
  });
  const asked = new Map<number, Asked>();
  let nextId = 1;
  let closing = false;
  let lost: Error | undefined;
  const ended = Promise.withResolvers<void>();
  const send = (message: ToWorker) => worker.postMessage(message);

  const settle = (id: number, finish: (one: Asked) => void) => {
    const one = asked.get(id);
    if (!one) return;
    asked.delete(id);
    clearTimeout(one.timer);
    finish(one);
  };
  worker.on('message', (message: FromWorker) => {
    if (message.type === 'answer') settle(message.id, (one) => one.resolve(message.answer));
    else if (message.type === 'failure') {
      settle(message.id, (one) => one.reject(new AppError('internal', { internal: message.message })));
    } else if (message.type === 'note') deps.onNote(message.text);
    else if (message.type === 'ready' || message.type === 'pulse') deps.onTold(message);
  });
  worker.on('error', (error: Error) => {
    lost = error;
  });
  worker.on('exit', (code) => {
    if (!closing) deps.onLost(lost ?? new Error(`the engine's thread ended with code ${code}`));
    for (const id of [...asked.keys()]) settle(id, (one) => one.reject(new AppError('unavailable')));
    ended.resolve();
  });

  const askRaw = (question: Question): Promise<unknown> => {
    if (asked.size >= questionsMax || closing) throw new AppError('unavailable');
    const id = nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        settle(id, (one) =>
          one.reject(new AppError('unavailable', { internal: `${question.name} took too long` })),
        );
      }, answerMsMax);
      asked.set(id, { resolve, reject, timer });
      send({ type: 'query', id, question });
    });
  };

  return {
    ask: async <Name extends QueryName>(name: Name, ask: Queries[Name]['ask']) =>
      answerOf<Name>(await askRaw(questionOf(name, ask))),
    wake: () => send({ type: 'wake' }),
    pulseStored: (number) => send({ type: 'pulseStored', number }),
    async close() {
      if (!closing) {
        closing = true;
        send({ type: 'close' });
      }
      await ended.promise;
    },
  };
}

/**
 * The two casts of the thread boundary. `ask` couples the name with its question, and questions.ts answers each
 * question with what `Queries` says; the compiler can follow neither through a message.
 */
function questionOf<Name extends QueryName>(name: Name, ask: Queries[Name]['ask']): Question {
  return { name, ask } as Question;
}
function answerOf<Name extends QueryName>(answer: unknown): Queries[Name]['answer'] {
  return answer as Queries[Name]['answer'];
}
