/** The gate and the tide: two posts, one wave held between them. */
export function Wordmark() {
  return (
    <span className="flex items-center gap-2 font-semibold tracking-tight">
      <svg viewBox="0 0 20 20" className="size-5 text-accent" aria-hidden="true">
        <path
          d="M3 2.5v15M17 2.5v15M3 11.5c2.3-3 4.7-3 7 0s4.7 3 7 0"
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          strokeLinecap="round"
        />
      </svg>
      Tidegate
    </span>
  );
}
