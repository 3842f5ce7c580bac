/**
 * The server's own log: one JSON object a line, so that control characters in anything a stranger sent are escaped
 * and no line can be forged. Secrets are cut out by field name as a last line of defence; nobody should log them.
 */

import pino from 'pino';

export type Log = pino.Logger;

const secretFields = [
  'authorization',
  'cookie',
  'secret',
  'token',
  'password',
  'key',
  'dpop',
  'refreshToken',
];

/**
 * @param deps.write receives complete lines; standard output when left out
 */
export function createLog(deps: { level: string; write?: (line: string) => void }): Log {
  const options: pino.LoggerOptions = {
    level: deps.level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: [...secretFields, ...secretFields.map((field) => `*.${field}`), 'req.headers', 'headers'],
      censor: '[redacted]',
    },
  };
  return deps.write === undefined ? pino(options) : pino(options, { write: deps.write });
}
