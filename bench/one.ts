/** Runs the one benchmark that is named and prints its result: the process that bench/main.ts starts for each. */

import { catalogue } from './catalogue.ts';

const bench = catalogue[process.argv[2] ?? ''];
if (!bench) throw new Error(`no benchmark is called ${process.argv[2]}`);
process.stdout.write(`${JSON.stringify(await bench.run())}\n`);
