import type { Metadata } from "next";

export const metadata: Metadata = { title: "Throttles" };

export default function ThrottlesPage() {
  return <h1>Throttles</h1>;
}
