/**
 * The Numenta Anomaly Benchmark itself: 58 labelled series, most of them recorded, and what published detectors said of
 * each sample. Read from a checkout, where one is at hand: it is not ours to ship.
 */

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { LabelledSeries } from './series-corpus.ts';
import type { Judged } from './series-score.ts';

const windowsOf = z.record(z.string(), z.array(z.tuple([z.string(), z.string()])));

/** Times are written without a zone, some with parts of a second. */
const timeOf = (text: string): number => Date.parse(`${text.slice(0, 19).replace(' ', 'T')}Z`);

/**
 * @param folder a checkout: `data/` and `labels/combined_windows.json`
 * @throws where these are not there
 */
export async function nabCorpus(folder: string): Promise<LabelledSeries[]> {
  const labels = await readFile(path.join(folder, 'labels', 'combined_windows.json'), 'utf8');
  const files = Object.entries(windowsOf.parse(JSON.parse(labels)));
  return Promise.all(
    files.map(async ([file, windows]) => {
      const [, ...lines] = (await readFile(path.join(folder, 'data', file), 'utf8')).trim().split('\n');
      const points = lines.map((line) => {
        const [time = '', value = ''] = line.split(',');
        return { tsMs: timeOf(time), value: Number(value) };
      });
      const indexed = windows.map(([from, until]): [number, number] => [
        points.findIndex(({ tsMs }) => tsMs >= timeOf(from)),
        points.findLastIndex(({ tsMs }) => tsMs <= timeOf(until)),
      ]);
      return { kind: file, points, windows: indexed };
    }),
  );
}

/** What a published detector said, in place of what ours says. */
export async function nabPublished(folder: string, detector: string, ours: Judged[]): Promise<Judged[]> {
  return Promise.all(
    ours.map(async (series) => {
      const [source, name] = [path.dirname(series.kind), path.basename(series.kind)];
      const file = path.join(folder, 'results', detector, source, `${detector}_${name}`);
      const [head = '', ...lines] = (await readFile(file, 'utf8')).trim().split('\n');
      const column = head.split(',').indexOf('anomaly_score');
      return { ...series, scores: Float64Array.from(lines, (line) => Number(line.split(',')[column])) };
    }),
  );
}
