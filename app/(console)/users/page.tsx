import type { Metadata } from "next";

export const metadata: Metadata = { title: "Users" };

export default function UsersPage() {
  return <h1>Users</h1>;
}
