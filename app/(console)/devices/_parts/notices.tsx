'use client';

/** What happened to the operator's account, newest first: whoever did not do it sees it here. */

import { BellRing, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { AccountNotice } from '../../../../lib/contract/account.ts';
import { isAlarming, noticeText } from '../../../_devices/notice-text.ts';
import { accountEveryMs } from '../../../_devices/use-my-devices.ts';
import { cx } from '../../../_ui/class-names.ts';
import { Panel } from '../../../_ui/panel.tsx';
import { Empty, Failing, SkeletonRows } from '../../../_ui/states.tsx';
import { Moment } from '../../../_ui/time.tsx';
import { useList } from '../../../_ui/use-list.ts';

const shownAtFirst = 10;
const noFilter = {};

export function Notices() {
  const { list, rows, total, more } = useList<AccountNotice>('/api/notices', noFilter, accountEveryMs);
  const [shown, setShown] = useState(shownAtFirst);
  function showMore() {
    setShown(shown + 20);
    if (rows && shown + 20 > rows.length) more?.load();
  }
  return (
    <Panel title="Your account" note="what happened to it, newest first">
      {rows === undefined ? (
        list.isError ? (
          <Failing
            what="what happened to your account"
            error={list.error}
            since={list.errorUpdatedAt}
            retry={list.refetch}
          />
        ) : (
          <SkeletonRows rows={5} label="Loading what happened to your account" />
        )
      ) : rows.length === 0 ? (
        <Empty icon={BellRing} title="Nothing happened yet">
          Sign-ins, new passkeys and recoveries of your account appear here.
        </Empty>
      ) : (
        <>
          <ul>
            {rows.slice(0, shown).map((notice) => (
              <NoticeRow key={`${notice.at} ${notice.what} ${notice.subject}`} notice={notice} />
            ))}
          </ul>
          {total > shown && (
            <button
              type="button"
              onClick={showMore}
              className="h-9 border-t border-line px-4 text-left text-xs text-ink-2 hover:bg-hover hover:text-ink"
            >
              Show more
            </button>
          )}
          <p className="border-t border-line px-4 py-2.5 text-xs text-ink-3">
            Something here was not you? Remove the passkey that you do not know: its sessions end with it.
          </p>
        </>
      )}
    </Panel>
  );
}

function NoticeRow({ notice }: { notice: AccountNotice }) {
  const alarming = isAlarming(notice);
  return (
    <li className="flex items-start gap-2 border-b border-line px-4 py-2 last:border-b-0">
      <div className="min-w-0 grow">
        <p className={cx('flex items-start gap-1.5 wrap-anywhere', alarming && 'font-medium')}>
          {alarming && (
            <TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0 text-deny" strokeWidth={2} />
          )}
          {noticeText(notice)}
        </p>
        <p className="text-xs text-ink-3">from {notice.address}</p>
      </div>
      <span className="shrink-0 text-xs leading-5 text-ink-3">
        <Moment at={notice.at} />
      </span>
    </li>
  );
}
