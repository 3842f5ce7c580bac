/**
 * A broken wire or a refused call. Carries two texts on purpose: `public` may travel to a client, `internal` goes to
 * the log only, so that attacker-supplied text and internals cannot leak by accident.
 */

import { type ProblemCode, problems } from '../../lib/contract/errors.ts';

export class AppError extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  /** Replaces nothing: it is the problem's `detail`, beside the title that the code stands for. */
  readonly publicDetail: string | undefined;
  /** Extra response headers, for example `Retry-After` or `DPoP-Nonce`. */
  readonly headers: Record<string, string>;
  /** Extension members of the problem (RFC 9457 3.2): public, as `publicDetail` is. */
  readonly members: Record<string, unknown>;

  constructor(
    code: ProblemCode,
    texts: {
      public?: string;
      internal?: string;
      headers?: Record<string, string>;
      members?: Record<string, unknown>;
      cause?: unknown;
    } = {},
  ) {
    super(texts.internal ?? problems[code].title, { cause: texts.cause });
    this.name = 'AppError';
    this.code = code;
    this.status = problems[code].status;
    this.publicDetail = texts.public;
    this.headers = texts.headers ?? {};
    this.members = texts.members ?? {};
  }
}
