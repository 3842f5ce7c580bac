import type { Metadata } from "next";

export const metadata: Metadata = { title: "Endpoints" };

export default function EndpointsPage() {
  return <h1>Endpoints</h1>;
}
