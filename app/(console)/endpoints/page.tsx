import type { Metadata } from 'next';
import { EndpointList } from './_parts/endpoint-list.tsx';

export const metadata: Metadata = { title: 'Endpoints' };

export default function EndpointsPage() {
  return <EndpointList />;
}
