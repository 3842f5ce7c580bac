/**
 * The engine's thread from the inside: follows the log, answers questions, tells what changed and writes checkpoints.
 * The entry of the thread is engine-worker.ts.
 */

import type { Engine } from '../../lib/engine/engine.ts';
import { type Checkpoints, createCheckpoints } from './checkpoints.ts';
import type { CollectorPulse } from './collector.ts';
import { createFollower, type Follower } from './follower.ts';
import { type LogStore, openLogStore } from './log-store.ts';
import { createMinuteCounts, pairsBetweenSavesMax } from './minute-counts.ts';
import { createPulses, type Pulses } from './pulses.ts';
import { createQuestions, type Questions } from './questions.ts';
import { type EngineMaker, restoreState } from './restore-state.ts';
import { createRollups, type Rollups, rollupLimits } from './rollups.ts';
import { createSeconds, type Seconds } from './seconds.ts';
import type { FromWorker, Progress, ToWorker, WorkerSetup } from './worker-protocol.ts';

/** Pulses: while something happens, when throttles change (someone is waiting), and when nothing does. */
const pulseEveryMs = 100;
const urgentPulseEveryMs = 10;
const idlePulseEveryMs = 1_000;
const tickEveryMs = 250;
/** Wake-ups come by message; this is only how soon time passes when none comes. */
const pollEveryMs = 50;
/** A checkpoint waits this long for listeners that have not yet stored a pulse's findings. */
const storedFindingsWaitMsMax = 60_000;

interface Parts {
  engine: Engine;
  store: LogStore;
  follower: Follower;
  seconds: Seconds;
  rollups: Rollups;
  pulses: Pulses;
  questions: Questions;
  checkpoints: Checkpoints;
}

export interface EngineHostDeps {
  setup: WorkerSetup;
  maker: EngineMaker;
  clock: { now(): number };
  post: (message: FromWorker) => void;
}

/** Starts following at once; `ready` is posted when the log has been read to its end. */
export async function createEngineHost(deps: EngineHostDeps): Promise<{ receive(message: ToWorker): void }> {
  const { setup, clock } = deps;
  const restored = await restoreState(setup, deps.maker);
  const { engine } = restored;
  const seconds = createSeconds();
  seconds.restore(restored.points);
  const store = openLogStore(setup.folder);
  const rollups = createRollups({ folder: setup.folder, limits: rollupLimits });
  const counts = createMinuteCounts({ pairsMax: pairsBetweenSavesMax });
  const notes = [...restored.notes];
  const follower = createFollower({
    store,
    engine,
    counts,
    seconds,
    rollups,
    clock,
    fromSeq: restored.seq,
    onUnreadable: (seq) => notes.push(`Entry ${seq} of the event log could not be read and was left out.`),
  });
  const parts: Parts = {
    engine,
    store,
    follower,
    seconds,
    rollups,
    pulses: createPulses({ engine, seconds }),
    questions: createQuestions({ engine, follower, rollups, post: deps.post }),
    checkpoints: createCheckpoints({ setup, engine, follower, seconds, seq: restored.seq }),
  };
  const host = new Host(deps, parts, notes);
  host.run();
  return host;
}

class Host {
  readonly #deps: EngineHostDeps;
  readonly #parts: Parts;
  readonly #notes: string[];
  readonly #degraded = new Map<string, string>();
  #state: 'replaying' | 'live' | 'closing' = 'replaying';
  #pulseNumber = 0;
  /** The newest pulse that every listener has dealt with, and the one that told the state of the taken checkpoint. */
  #pulseStored = 0;
  #pulseOfCheckpoint = 0;
  /** The disk at work on charts, then on the checkpoint that goes with them. The log is read on meanwhile. */
  #charts: Promise<void> | undefined;
  #writing: Promise<void> | undefined;
  #pulsedAtMs = 0;
  #tickedAtMs = 0;
  #seqPulsed = -1;
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: EngineHostDeps, parts: Parts, notes: string[]) {
    this.#deps = deps;
    this.#parts = parts;
    this.#notes = notes;
  }

  receive(message: ToWorker): void {
    if (message.type === 'query') this.#parts.questions.ask(message.id, message.question);
    else if (message.type === 'pulseStored') this.#pulseStored = Math.max(this.#pulseStored, message.number);
    else if (message.type === 'close') this.#state = 'closing';
    // Between two turns a timer is set; a message then begins the next turn at once.
    if (message.type !== 'pulseStored' && this.#timer) this.run();
  }

  run(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#turn().then(
      (next) => {
        if (next === 'now') setImmediate(() => this.run());
        else if (next === 'later') this.#timer = setTimeout(() => this.run(), pollEveryMs);
      },
      (error: unknown) => {
        // What the loop does not expect must end the thread, so that the server says it is not ready.
        setImmediate(() => {
          throw error;
        });
      },
    );
  }

  async #turn(): Promise<'now' | 'later' | 'never'> {
    const { follower, engine, seconds, questions } = this.#parts;
    // What is not read yet is in the log: closing need not wait for it.
    const more = this.#state !== 'closing' && follower.slice();
    const realMs = performance.now();
    if (!more && realMs - this.#tickedAtMs >= tickEveryMs) {
      this.#tickedAtMs = realMs;
      follower.tick();
    }
    if (!more && this.#state === 'replaying') {
      this.#state = 'live';
      const points = seconds.all(follower.nowMs());
      this.#deps.post({ type: 'ready', throttles: engine.throttles(), points, notes: this.#notes });
    }
    this.#pulseIfDue(realMs);
    questions.answerDue();
    if (this.#state === 'closing') {
      await this.#close();
      return 'never';
    }
    if (this.#state === 'live') this.#checkpointIfDue();
    return more ? 'now' : 'later';
  }

  async #close(): Promise<void> {
    const { rollups, store } = this.#parts;
    await this.#writing;
    this.#take();
    await this.#write();
    await rollups.close();
    await store.root.close();
    this.#deps.post({ type: 'closed' });
  }

  /** The disk takes its time, and decisions must not wait for it: nothing here is awaited. */
  #checkpointIfDue(): void {
    const { checkpoints } = this.#parts;
    if (this.#writing) return;
    if (checkpoints.due()) this.#take();
    if (!checkpoints.taken() || !this.#isStored()) return;
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  #pulseIfDue(realMs: number): void {
    const { pulses, follower } = this.#parts;
    const urgent = pulses.gather(follower.nowMs());
    const busy = follower.seq() !== this.#seqPulsed;
    const everyMs = urgent ? urgentPulseEveryMs : busy ? pulseEveryMs : idlePulseEveryMs;
    // While old entries are read again nobody is told: it comes together when the end is reached.
    if (this.#state !== 'replaying' && realMs - this.#pulsedAtMs >= everyMs) {
      this.#pulse(pulses.take(follower.nowMs()));
    }
  }

  #pulse(pulse: CollectorPulse): void {
    this.#pulsedAtMs = performance.now();
    this.#seqPulsed = this.#parts.follower.seq();
    this.#pulseNumber += 1;
    this.#deps.post({ type: 'pulse', number: this.#pulseNumber, pulse, progress: this.#progress() });
  }

  #progress(): Progress {
    const { follower, checkpoints } = this.#parts;
    return {
      seq: follower.seq(),
      safeSeq: checkpoints.safeSeq(),
      lagMs: follower.lagMs(),
      degraded: [...this.#degraded.values()],
    };
  }

  /** Takes the state for a checkpoint, and tells what it contains and nobody has heard yet. */
  #take(): void {
    const { follower, rollups, checkpoints, pulses } = this.#parts;
    this.#charts = this.#attempt('charts', 'Charts could not be saved', async () => {
      await follower.saveRollups();
      await rollups.trim(follower.nowMs());
    });
    this.#pulse(pulses.takeAll(follower.nowMs()));
    this.#pulseOfCheckpoint = this.#pulseNumber;
    checkpoints.take();
  }

  /** A finding in a checkpoint is not told again after a crash, so it must be stored before the checkpoint is. */
  #isStored(): boolean {
    return (
      this.#pulseStored >= this.#pulseOfCheckpoint ||
      this.#parts.checkpoints.waitedMs() >= storedFindingsWaitMsMax
    );
  }

  async #write(): Promise<void> {
    // Charts count what is in a checkpoint no second time, so they must be on disk before it is.
    await this.#charts;
    const trouble = 'The checkpoint could not be written, so a restart will take longer';
    await this.#attempt('checkpoint', trouble, () => this.#parts.checkpoints.write());
  }

  /** What fails here is told to the operator and tried again later; decisions go on. */
  async #attempt(part: string, trouble: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#degraded.delete(part);
    } catch (error) {
      // The cause is for the log, once; the health page is read by strangers.
      if (!this.#degraded.has(part)) {
        const cause = error instanceof Error ? error.message : String(error);
        this.#deps.post({ type: 'note', text: `${trouble}: ${cause}` });
      }
      this.#degraded.set(part, `${trouble}.`);
    }
  }
}
