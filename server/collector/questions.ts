/** Answers what the HTTP thread asks, between two slices of the log. */

import type { Engine } from '../../lib/engine/engine.ts';
import type { Follower } from './follower.ts';
import type { Rollups } from './rollups.ts';
import { trailingMs, withTrailingBand } from './trailing-band.ts';
import type { FromWorker, Queries, Question } from './worker-protocol.ts';

/** A reader waits this long for its own writes to be counted, then gets what is known. */
const ownWritesWaitMsMax = 5_000;

interface Waiting {
  id: number;
  ask: Queries['baseline']['ask'];
  untilMs: number;
}

export interface Questions {
  ask(id: number, question: Question): void;
  /** Answers those that waited for the log to be read up to their entry. */
  answerDue(): void;
}

export function createQuestions(deps: {
  engine: Engine;
  follower: Follower;
  rollups: Rollups;
  post: (message: FromWorker) => void;
}): Questions {
  const { engine, follower, rollups, post } = deps;
  let waiting: Waiting[] = [];

  const answer = async (id: number, work: () => unknown): Promise<void> => {
    try {
      post({ type: 'answer', id, answer: await work() });
    } catch (error) {
      post({ type: 'failure', id, message: error instanceof Error ? error.message : String(error) });
    }
  };
  const series = async (ask: Queries['series']['ask']): Promise<Queries['series']['answer']> => {
    await follower.saveRollups();
    const isSum = (ask.user === undefined) !== (ask.endpoint === undefined);
    if (!isSum) return rollups.series(ask, ask.fromMs, ask.toMs);
    return withTrailingBand(rollups.series(ask, ask.fromMs - trailingMs, ask.toMs), ask.fromMs);
  };
  const baseline = ({ user, endpoint }: Queries['baseline']['ask']) =>
    engine.baseline(user, endpoint, follower.nowMs());

  const work = ({ name, ask }: Exclude<Question, { name: 'baseline' }>): unknown => {
    switch (name) {
      case 'users':
        return engine.users(ask, follower.nowMs());
      case 'user':
        return engine.user(ask.user, follower.nowMs());
      case 'endpoints':
        return engine.endpoints(ask, follower.nowMs());
      case 'endpoint':
        return engine.endpoint(ask.endpoint, follower.nowMs());
      case 'series':
        return series(ask);
    }
  };

  return {
    ask(id, question) {
      if (question.name === 'baseline') {
        waiting.push({ id, ask: question.ask, untilMs: performance.now() + ownWritesWaitMsMax });
      } else answer(id, () => work(question));
    },
    answerDue() {
      if (waiting.length === 0) return;
      const nowMs = performance.now();
      const seq = follower.seq();
      const due = waiting.filter(({ ask, untilMs }) => seq >= ask.afterSeq || nowMs >= untilMs);
      if (due.length === 0) return;
      waiting = waiting.filter((one) => !due.includes(one));
      for (const { id, ask } of due) answer(id, () => baseline(ask));
    },
  };
}
