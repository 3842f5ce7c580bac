import type { Metadata } from "next";

export const metadata: Metadata = { title: "Endpoint" };

export default function EndpointPage() {
  return <h1>Endpoint</h1>;
}
