'use client';

/** Menus on Radix: arrow keys, type-ahead, focus returned. Not modal, so that the page behind keeps its scroll. */

import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { cx } from './class-names.ts';

interface MenuProps {
  trigger: ReactNode;
  children: ReactNode;
  align?: 'start' | 'end';
}

export function Menu({ trigger, children, align = 'end' }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      {/* Inside the page's landmark, where those who jump from one to the next find it. */}
      <DropdownMenu.Portal container={landmark()}>
        <DropdownMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 min-w-44 animate-[rise_100ms_ease-out] rounded-lg border border-line-strong bg-panel p-1 shadow-lg"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function landmark(): HTMLElement | null {
  return typeof document === 'undefined' ? null : document.getElementById('content');
}

const item =
  'flex w-full items-center gap-2 rounded-md px-2 py-1.5 text-sm outline-none select-none cursor-default ' +
  'data-highlighted:bg-raised data-disabled:opacity-50';

export function MenuItem(props: { onSelect: () => void; children: ReactNode; disabled?: boolean }) {
  return (
    <DropdownMenu.Item className={item} onSelect={props.onSelect} disabled={props.disabled}>
      {props.children}
    </DropdownMenu.Item>
  );
}

export function MenuCheck(props: {
  checked: boolean;
  onSelect: () => void;
  children: ReactNode;
  keepOpen?: boolean;
}) {
  return (
    <DropdownMenu.CheckboxItem
      className={item}
      checked={props.checked}
      onSelect={(event) => {
        if (props.keepOpen) event.preventDefault();
        props.onSelect();
      }}
    >
      <span aria-hidden className={cx('size-1.5 rounded-full bg-accent', !props.checked && 'invisible')} />
      {props.children}
    </DropdownMenu.CheckboxItem>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <DropdownMenu.Label className="px-2 py-1.5 text-xs text-ink-3">{children}</DropdownMenu.Label>;
}

export function MenuSeparator() {
  return <DropdownMenu.Separator className="my-1 h-px bg-line" />;
}
