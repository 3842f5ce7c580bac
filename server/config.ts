/**
 * The environment, parsed once into a Config. All mistakes are reported together, each with what to write instead.
 * The only reader of process.env in the product.
 */

import { isIP } from 'node:net';
import path from 'node:path';
import { z } from 'zod';

export interface Config {
  port: number;
  publicUrl: URL;
  dataDir: string;
  databaseUrl: string | undefined;
  /** An ingest key valid from the first start, for automated installs. */
  ingestKey: string | undefined;
  /** What the installation starts with; operators change the detection settings in the console later. */
  mode: 'enforce' | 'shadow';
  baseLimit: number;
  sensitivity: number;
  falseAlarmBudget: number;
  /** Addresses or CIDR ranges whose forwarding headers are believed. */
  trustedProxies: string[];
  /** What this installation calls itself: policies can tell one from another by it. */
  environment: string;
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  dev: boolean;
}

/** Every mistake of the environment, one line each. */
export class ConfigError extends Error {
  readonly mistakes: string[];
  constructor(mistakes: string[]) {
    super(`The environment is not usable:\n${mistakes.map((line) => `  ${line}`).join('\n')}`);
    this.name = 'ConfigError';
    this.mistakes = mistakes;
  }
}

const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

const publicUrl = z.string().superRefine((text, context) => {
  const url = URL.parse(text);
  const refuse = (message: string) => context.addIssue({ code: 'custom', message });
  if (url === null || !/^https?:$/.test(url.protocol)) return refuse('must be an http(s) URL');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '') {
    return refuse('must be an origin only, without path, query or user');
  }
  if (isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) {
    return refuse('must use a host name: passkeys do not work on IP addresses (use http://localhost here)');
  }
  if (url.protocol === 'http:' && !loopbackHosts.has(url.hostname)) {
    return refuse(
      'must be https: passkeys and Secure cookies need it anywhere but on localhost (put a TLS proxy in front)',
    );
  }
});

const trustedProxy = z.string().refine(
  (entry) => {
    const [address = '', prefix, ...rest] = entry.split('/');
    const family = isIP(address);
    if (family === 0 || rest.length > 0) return false;
    return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 6 ? 128 : 32));
  },
  { message: 'must be addresses or CIDR ranges, separated by commas' },
);

const number = (min: number, max: number, fallback: number) =>
  z.coerce
    .number({ message: `must be a number from ${min} to ${max}` })
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`)
    .default(fallback);

const environment = z.object({
  PORT: number(1, 65_535, 3000).pipe(z.int('must be a whole number')),
  PUBLIC_URL: publicUrl.optional(),
  TIDEGATE_DATA: z.string().min(1).default('.tidegate'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres:// or postgresql://')
    .optional(),
  TIDEGATE_INGEST_KEY: z.string().min(32, 'must have at least 32 characters').max(256).optional(),
  TIDEGATE_MODE: z.enum(['enforce', 'shadow'], 'must be enforce or shadow').default('enforce'),
  TIDEGATE_BASE_LIMIT: number(1, 1_000_000, 100),
  TIDEGATE_SENSITIVITY: number(1, 100, 1.5),
  TIDEGATE_FALSE_ALARM_BUDGET: number(0.5, 50, 2),
  TIDEGATE_TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((entry) => (entry.trim() === '' ? [] : [entry.trim()])))
    .pipe(z.array(trustedProxy)),
  TIDEGATE_ENVIRONMENT: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be a word of small letters, digits and hyphens')
    .default('production'),
  TIDEGATE_LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], 'must be debug, info, warn, error or silent')
    .default('info'),
  TIDEGATE_DEV: z.enum(['1', '0']).default('0'),
});

/** @throws ConfigError with every mistake at once. An empty value counts as not set. */
export function parseConfig(env: Record<string, string | undefined>): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(set);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`));
  }
  const values = parsed.data;
  return {
    port: values.PORT,
    publicUrl: new URL(values.PUBLIC_URL ?? `http://localhost:${values.PORT}`),
    dataDir: path.resolve(values.TIDEGATE_DATA),
    databaseUrl: values.DATABASE_URL,
    ingestKey: values.TIDEGATE_INGEST_KEY,
    mode: values.TIDEGATE_MODE,
    baseLimit: values.TIDEGATE_BASE_LIMIT,
    sensitivity: values.TIDEGATE_SENSITIVITY,
    falseAlarmBudget: values.TIDEGATE_FALSE_ALARM_BUDGET,
    trustedProxies: values.TIDEGATE_TRUSTED_PROXIES,
    environment: values.TIDEGATE_ENVIRONMENT,
    logLevel: values.TIDEGATE_LOG_LEVEL,
    dev: values.TIDEGATE_DEV === '1',
  };
}

/** The process's own configuration; called once, by main.ts. */
export function readConfig(): Config {
  return parseConfig(process.env);
}
