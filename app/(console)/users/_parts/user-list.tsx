'use client';

/** Users: who calls the API, each beside its own normal. */

import { Users } from 'lucide-react';
import type { UserSummary } from '../../../../lib/contract/console.ts';
import { SubjectList } from '../../../_baseline/subject-list.tsx';
import { userPath } from '../../../_ui/paths.ts';
import { UserCard, userColumns } from './user-columns.tsx';

export function UserList() {
  return (
    <SubjectList
      title="Users"
      note="Everyone who calls your API, each beside what is normal for them."
      icon={Users}
      path="/api/users"
      noun={['user', 'users']}
      columns={userColumns}
      card={UserCard}
      rowId={userOf}
      href={pathOf}
      appears="A user appears here with its first request that one of your services reports."
    />
  );
}

const userOf = ({ user }: UserSummary) => user;
const pathOf = ({ user }: UserSummary) => userPath(user);
