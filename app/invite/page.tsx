import type { Metadata } from 'next';
import { Invite } from './invite.tsx';

export const metadata: Metadata = { title: 'Invitation' };

export default function InvitePage() {
  return <Invite />;
}
