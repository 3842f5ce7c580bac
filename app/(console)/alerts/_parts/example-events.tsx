import type { RequestEvent } from '../../../../lib/contract/event.ts';
import { Panel } from '../../../_ui/panel.tsx';
import { Moment } from '../../../_ui/time.tsx';

/** Some of the requests themselves. */
export function ExampleEvents({ events }: { events: RequestEvent[] }) {
  return (
    <Panel title="Example requests" note={`${events.length} of those that belong to the alert`}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by the keyboard. */}
      <section aria-label="Example requests, scrollable" tabIndex={0} className="overflow-x-auto">
        <table className="w-full whitespace-nowrap">
          <thead className="text-left text-xs text-ink-3">
            <tr className="[&>th]:px-4 [&>th]:py-1.5 [&>th]:font-normal">
              <th>Time</th>
              <th>Request</th>
              <th>Status</th>
              <th>Address</th>
              <th>Token</th>
              <th>Object</th>
            </tr>
          </thead>
          <tbody>
            {events.map((event, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two events may be equal in every field, and the list never changes.
              <tr key={index} className="border-t border-line [&>td]:px-4 [&>td]:py-1.5">
                <td className="text-ink-2">
                  <Moment at={event.ts} />
                </td>
                <td className="font-mono text-xs">
                  {event.method} {event.path ?? event.endpoint}
                </td>
                <td>
                  {event.status}
                  {event.refused && <span className="ml-2 text-xs text-throttle">refused</span>}
                </td>
                <td className="text-ink-2">{event.ip ?? '–'}</td>
                <td className="text-ink-2">{event.tokenId ?? '–'}</td>
                <td className="text-ink-2">{event.objectId ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Panel>
  );
}
