/** Where a page of a list ended: its last row's time and id. Opaque to clients, so that it may change. */

import { z } from 'zod';
import { AppError } from '../http/app-error.ts';

export interface Cursor {
  at: number;
  id: string;
}

const shape = z.tuple([z.int().nonnegative(), z.string().max(128)]);

export function encodeCursor({ at, id }: Cursor): string {
  return Buffer.from(JSON.stringify([at, id])).toString('base64url');
}

/** @throws AppError `invalid_request` where it is not one of ours */
export function decodeCursor(text: string): Cursor {
  try {
    const [at, id] = shape.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    return { at, id };
  } catch (cause) {
    throw new AppError('invalid_request', { public: 'The cursor is not valid.', cause });
  }
}
