/** What every benchmark gives, and `npm run bench` prints as one line of JSON. */
export interface BenchResult {
  name: string;
  value: number;
  unit: string;
  /** What `value` is measured against, in the same run. */
  peer?: string;
  peerValue?: number;
  ratio?: number;
  note: string;
}
