/** What each role is called, and what it may do by the policies that Tidegate comes with. */

import type { OperatorRole } from '../../lib/contract/operators.ts';

export const roleNames: Record<OperatorRole, string> = {
  owner: 'Owner',
  analyst: 'Analyst',
  viewer: 'Viewer',
};

export const roleMeanings: Record<OperatorRole, string> = {
  owner: 'Owners may do everything: change how Tidegate works, and who may do what.',
  analyst:
    'Analysts see everything that Tidegate finds and answer it; they change no settings and no rights.',
  viewer: 'Viewers look, and change nothing.',
};

export const clearanceNames = ['0 · public', '1 · internal', '2 · confidential', '3 · secret'] as const;
