/** Bodies and answers of the routes that answer alerts, held to the plain types in alert-answers.ts. */

import { z } from 'zod';
import {
  type AlertAnswer,
  type AlertAnswered,
  type AlertAnswerOrder,
  type AlertAnswers,
  alertAnswers,
} from './alert-answers.ts';
import { detectorKindSchema } from './api.schema.ts';

const alertAnswerSchema = z.enum(alertAnswers) satisfies z.ZodType<AlertAnswer>;

export const alertAnswersSchema = z.record(
  detectorKindSchema,
  z.enum(['none', ...alertAnswers]),
) satisfies z.ZodType<AlertAnswers>;

export const alertAnswerOrderSchema = z.strictObject({
  answer: alertAnswerSchema,
}) satisfies z.ZodType<AlertAnswerOrder>;

export const alertAnsweredSchema = z.object({
  answer: alertAnswerSchema,
  families: z.array(z.string()),
}) satisfies z.ZodType<AlertAnswered>;
