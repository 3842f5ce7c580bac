/** The whole admin API, one module per noun, for http/app.ts. */

import type { Collector } from '../../collector/collector.ts';
import type { Alerts } from '../../storage/alerts.ts';
import type { Database } from '../../storage/database.ts';
import type { Exceptions } from '../../storage/exceptions.ts';
import type { IngestKeys } from '../../storage/ingest-keys.ts';
import type { Settings } from '../../storage/settings.ts';
import type { LiveView } from '../../stream/live-view.ts';
import { createAlertRoutes } from './alerts.ts';
import type { ApiModule } from './api-module.ts';
import type { DetectionOrders } from './detection-orders.ts';
import { createEndpointRoutes } from './endpoints.ts';
import { createExceptionRoutes } from './exceptions.ts';
import { createIngestKeyRoutes } from './ingest-keys.ts';
import { createLiveRoutes } from './live.ts';
import { createSettingsRoutes } from './settings.ts';
import { createThrottleRoutes } from './throttles.ts';
import { createUserRoutes } from './users.ts';

export interface AdminDeps {
  collector: Pick<
    Collector,
    'users' | 'user' | 'endpoints' | 'endpoint' | 'series' | 'throttles' | 'command'
  >;
  database: Database;
  alerts: Alerts;
  exceptions: Exceptions;
  settings: Settings;
  ingestKeys: IngestKeys;
  detection: DetectionOrders;
  liveView: LiveView;
  clock: { now(): number };
}

export function createAdminModules(deps: AdminDeps): ApiModule[] {
  return [
    createLiveRoutes(deps),
    createAlertRoutes(deps),
    createUserRoutes(deps),
    createEndpointRoutes(deps),
    createThrottleRoutes(deps),
    createExceptionRoutes(deps),
    createIngestKeyRoutes(deps),
    createSettingsRoutes(deps),
  ];
}
