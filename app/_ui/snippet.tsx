import { CopyButton } from './copy-button.tsx';

/** Text to paste elsewhere. */
export function Snippet({ name, text }: { name: string; text: string }) {
  return (
    <figure className="min-w-0 overflow-hidden rounded-lg border border-line">
      <figcaption className="flex items-center justify-between border-b border-line bg-raised py-1 pr-1.5 pl-3 text-xs text-ink-2">
        {name}
        <CopyButton text={text} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: text that scrolls must be reachable by the keyboard. */}
      <pre tabIndex={0} className="max-h-[80dvh] overflow-auto bg-canvas p-3 font-mono text-xs leading-5">
        <code>{text}</code>
      </pre>
    </figure>
  );
}
