import { Panel } from '../_ui/panel.tsx';
import { Skeleton } from '../_ui/states.tsx';

/** Stands where throttles and alerts will stand. */
export function SubjectSkeleton() {
  return (
    <>
      {['Throttles in force', 'Alerts'].map((title) => (
        <Panel key={title} title={title}>
          <div className="flex min-h-40 flex-col gap-4 p-4">
            <Skeleton className="h-3 w-2/3" />
            <Skeleton className="h-3 w-1/2" />
            <Skeleton className="h-3 w-3/5" />
          </div>
        </Panel>
      ))}
    </>
  );
}
