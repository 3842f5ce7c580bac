import type { Metadata } from 'next';
import { fromPath } from '../../../_ui/paths.ts';
import { EndpointView } from '../_parts/endpoint-view.tsx';

type Props = { params: Promise<{ endpoint: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: fromPath((await params).endpoint) };
}

export default async function EndpointPage({ params }: Props) {
  return <EndpointView endpoint={fromPath((await params).endpoint)} />;
}
