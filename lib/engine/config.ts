/** The engine's limits. Each bounds memory by construction: columns are allocated once and never grow. */

import type { DetectionSettings } from '../contract/exception.ts';

export interface EngineConfig {
  settings: DetectionSettings;
  /** Pairs of user and endpoint that have a baseline, about 120 bytes each. */
  pairsMax: number;
  /** Users, about 60 bytes each and their names. */
  usersMax: number;
  /** Endpoints, about 800 bytes each. */
  endpointsMax: number;
  /** Addresses watched for failures and scans, about 60 bytes each and their names. */
  addressesMax: number;
  /** Pairs and users that are looked at closely, about 60 bytes each. */
  suspectsMax: number;
  /** Findings that are open at once, and throttles in force at once. */
  findingsMax: number;
  /** Four 32-bit numbers. Chosen at random once by each installation, so that nobody can pick names that collide. */
  hashSeed: readonly number[];
}

/** One machine's worth: about 200 MB when full, and pages that were never touched cost nothing. */
export const engineDefaults: EngineConfig = {
  settings: { mode: 'enforce', modeByEndpoint: {}, baseLimit: 100, sensitivity: 1.5, falseAlarmBudget: 2 },
  pairsMax: 1_000_000,
  usersMax: 250_000,
  endpointsMax: 10_000,
  addressesMax: 100_000,
  suspectsMax: 16_384,
  findingsMax: 5_000,
  hashSeed: [0x2545f491, 0x9e3779b9, 0x6c078965, 0x5851f42d],
};

/** Rows in one view of a user or an endpoint. */
export const viewRowsMax = 200;
