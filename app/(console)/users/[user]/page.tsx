import type { Metadata } from "next";

export const metadata: Metadata = { title: "User" };

export default function UserPage() {
  return <h1>User</h1>;
}
