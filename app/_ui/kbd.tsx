/** A key, as it is printed on the keyboard. Hidden from screen readers, who get it from `aria-keyshortcuts`. */
export function Kbd({ children }: { children: string }) {
  return (
    <kbd
      aria-hidden
      className="hidden min-w-4.5 rounded border border-current/25 px-1 text-center font-sans text-[11px] leading-4 sm:inline-block"
    >
      {children}
    </kbd>
  );
}
