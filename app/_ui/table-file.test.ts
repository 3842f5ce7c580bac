import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toCsv, toJson } from './table-file.ts';

interface Row {
  user: string;
  rate?: number;
}

const columns = [
  { id: 'user', value: (row: Row) => row.user },
  { id: 'rate', value: (row: Row) => row.rate },
];

test('a CSV export quotes what would break a line', () => {
  assert.equal(toCsv(columns, [{ user: 'a,"b"\n', rate: 1.5 }]), 'user,rate\r\n"a,""b""\n",1.5\r\n');
});

test('a name that looks like a formula cannot run in a spreadsheet', () => {
  for (const user of ['=1+1', '+1', '-1', '@SUM(A1)', '\tx']) {
    assert.ok(toCsv(columns, [{ user }]).split('\r\n')[1]?.startsWith("'"), user);
  }
});

test('a JSON export keeps numbers as numbers and leaves out what is unknown', () => {
  assert.deepEqual(JSON.parse(toJson(columns, [{ user: 'u', rate: 2 }, { user: 'v' }])), [
    { user: 'u', rate: 2 },
    { user: 'v' },
  ]);
});
