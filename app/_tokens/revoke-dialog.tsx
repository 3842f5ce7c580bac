'use client';

/** Fetched beside the page that may ask it, not before: nobody revokes in the first moment. */

import dynamic from 'next/dynamic';

export type { Revocation } from './revoke-question.tsx';

export const RevokeDialog = dynamic(() => import('./revoke-question.tsx'), { ssr: false });
