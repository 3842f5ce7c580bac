/** A refused or failed call, as the console shows it: a stable code to switch on and a text for people. */

import { type Problem, type ProblemCode, problemContentType, problems } from '../../lib/contract/errors.ts';

/** `offline` is ours: no answer came at all. */
export type ApiCode = ProblemCode | 'offline';

export class ApiProblem extends Error {
  readonly code: ApiCode;
  readonly status: number;
  readonly requestId: string | undefined;
  /** What the problem says beside the usual, as it came. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(fact: {
    code: ApiCode;
    status: number;
    message: string;
    requestId?: string;
    members?: Record<string, unknown>;
  }) {
    super(fact.message);
    this.name = 'ApiProblem';
    this.code = fact.code;
    this.status = fact.status;
    this.requestId = fact.requestId;
    this.members = fact.members ?? {};
  }
}

export function offlineProblem(): ApiProblem {
  return new ApiProblem({ code: 'offline', status: 0, message: 'Tidegate does not answer.' });
}

/** Reads the problem of an answer that is not ok; an answer that is no problem document becomes `internal`. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const fallback = { code: 'internal', status: response.status, message: problems.internal.title } as const;
  if (!response.headers.get('content-type')?.startsWith(problemContentType)) return new ApiProblem(fallback);
  const body: Partial<Problem> = await response.json().catch(() => ({}));
  const code = body.code !== undefined && isProblemCode(body.code) ? body.code : fallback.code;
  return new ApiProblem({
    code,
    status: response.status,
    message: body.detail ?? body.title ?? problems[code].title,
    requestId: body.requestId,
    members: body,
  });
}

/** The text to show for anything that was thrown. */
export function problemText(error: unknown): string {
  return error instanceof ApiProblem ? error.message : 'Something failed in the console.';
}

export function isProblem(error: unknown, code: ApiCode): error is ApiProblem {
  return error instanceof ApiProblem && error.code === code;
}

/** What a passkey has to confirm before the call is answered; undefined for every other problem. */
export function operationToConfirm(error: unknown): string | undefined {
  if (!isProblem(error, 'step_up_required')) return undefined;
  const { operation } = error.members;
  return typeof operation === 'string' ? operation : undefined;
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problems, code);
}
