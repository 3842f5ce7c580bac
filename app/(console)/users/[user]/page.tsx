import type { Metadata } from 'next';
import { fromPath } from '../../../_ui/paths.ts';
import { UserView } from '../_parts/user-view.tsx';

type Props = { params: Promise<{ user: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: fromPath((await params).user) };
}

export default async function UserPage({ params }: Props) {
  return <UserView user={fromPath((await params).user)} />;
}
