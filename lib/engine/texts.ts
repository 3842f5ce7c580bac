/**
 * Texts of rows, in typed arrays: every row has a block of 48 bytes, which holds 42 Latin-1 characters, and a longer
 * text goes on in further blocks that are linked to it. Blocks have one size, so a table whose texts come and go for
 * ever neither grows nor falls to pieces. UTF-16 units are kept exactly, lone surrogates too: no two texts become one.
 */

import { column, type Saved } from './columns.ts';

const blockBytes = 48;
/** A block: link to the next (4 bytes); in a row's own block the text's shape (2 bytes); then text. */
const linkBytes = 4;
const shapeBytes = 2;
const ownText = blockBytes - linkBytes - shapeBytes;
const furtherText = blockBytes - linkBytes;
/** Longest text taken, UTF-16 units: beyond every name that ingest lets in. */
const textLengthMax = 4_096;

/** Blocks, and the same memory in the widths that its parts are read in. */
interface Blocks extends Saved {
  bytes: Uint8Array;
  halves: Uint16Array;
  words: Uint32Array;
}

export interface Texts {
  /** One for each row. */
  readonly own: Blocks;
  /** As many for whoever needs more: invented long names run out of these, not of all memory. */
  readonly further: Blocks;
  /** First further block that is free again, plus one; they are linked. */
  furtherFree: number;
  readonly max: number;
  /** The bytes of one text, while it is read or written. */
  readonly scratch: Uint8Array;
}

export function createTexts(max: number): Texts {
  const scratch = new Uint8Array(textLengthMax * 2);
  return { own: createBlocks(max), further: createBlocks(max), furtherFree: 0, max, scratch };
}

function createBlocks(max: number): Blocks {
  const bytes = new Uint8Array(max * blockBytes);
  const columns = [column('blocks', bytes, blockBytes)];
  const { buffer } = bytes;
  return { bytes, halves: new Uint16Array(buffer), words: new Uint32Array(buffer), columns, rows: 0 };
}

/** Next block, plus one; 0 ends the chain. An empty row keeps whatever its owner links it to. */
const linkAt = (block: number): number => block * (blockBytes / 4);
/** Twice the length plus one, plus 1 where units take two bytes; 0 in an empty row. */
const shapeAt = (row: number): number => row * (blockBytes / 2) + linkBytes / 2;

export const hasText = ({ own }: Texts, row: number): boolean => own.halves[shapeAt(row)] !== 0;
export const linkOf = ({ own }: Texts, row: number): number => own.words[linkAt(row)] ?? 0;
export function setLink({ own }: Texts, row: number, link: number): void {
  own.words[linkAt(row)] = link;
}

export function equalsText(texts: Texts, row: number, text: string): boolean {
  const { length } = text;
  const shape = texts.own.halves[shapeAt(row)] ?? 0;
  if (shape >> 1 !== length + 1) return false;
  const isLong = (shape & 1) === 1 || length > ownText;
  const bytes = isLong ? gather(texts, row) : texts.own.bytes;
  const from = isLong ? 0 : row * blockBytes + linkBytes + shapeBytes;
  if ((shape & 1) === 1) {
    for (let at = 0; at < length; at++) if (unitAt(bytes, at) !== text.charCodeAt(at)) return false;
  } else {
    for (let at = 0; at < length; at++) if (bytes[from + at] !== text.charCodeAt(at)) return false;
  }
  return true;
}

export function readText(texts: Texts, row: number): string {
  const shape = texts.own.halves[shapeAt(row)] ?? 0;
  const bytes = gather(texts, row);
  const isWide = (shape & 1) === 1;
  const units = Array.from({ length: (shape >> 1) - 1 }, (_, at) =>
    isWide ? unitAt(bytes, at) : (bytes[at] ?? 0),
  );
  return String.fromCharCode(...units);
}

const unitAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at * 2] ?? 0) | ((bytes[at * 2 + 1] ?? 0) << 8);

/** @returns false when there is no room for so long a text; the row, which must be empty, is then left empty */
export function writeText(texts: Texts, row: number, text: string): boolean {
  const { own, scratch } = texts;
  if (text.length > textLengthMax) return false;
  const width = isLatin1(text) ? 1 : 2;
  const link = takeBlocks(texts, text.length * width - ownText);
  if (link < 0) return false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    scratch[at * width] = unit;
    if (width === 2) scratch[at * 2 + 1] = unit >> 8;
  }
  own.words[linkAt(row)] = link;
  own.halves[shapeAt(row)] = (text.length + 1) * 2 + width - 1;
  eachPart(texts, row, (bytes, from, start, count) => {
    for (let at = 0; at < count; at++) bytes[from + at] = scratch[start + at] ?? 0;
  });
  return true;
}

export function clearText(texts: Texts, row: number): void {
  giveBack(texts, linkOf(texts, row));
  texts.own.words[linkAt(row)] = 0;
  texts.own.halves[shapeAt(row)] = 0;
}

/** The bytes of a row's text, side by side. Reused: read before the next call. */
function gather(texts: Texts, row: number): Uint8Array {
  const { scratch } = texts;
  eachPart(texts, row, (bytes, from, start, count) => {
    for (let at = 0; at < count; at++) scratch[start + at] = bytes[from + at] ?? 0;
  });
  return scratch;
}

/** Visits a row's text block by block: `count` bytes at `from` of `bytes` are those from `start` of the text. */
function eachPart(
  { own, further }: Texts,
  row: number,
  visit: (bytes: Uint8Array, from: number, start: number, count: number) => void,
): void {
  const shape = own.halves[shapeAt(row)] ?? 0;
  const total = ((shape >> 1) - 1) << (shape & 1);
  visit(own.bytes, row * blockBytes + linkBytes + shapeBytes, 0, Math.min(total, ownText));
  let link = own.words[linkAt(row)] ?? 0;
  for (let start = ownText; start < total; start += furtherText) {
    visit(further.bytes, (link - 1) * blockBytes + linkBytes, start, Math.min(total - start, furtherText));
    link = further.words[linkAt(link - 1)] ?? 0;
  }
}

/** Links enough further blocks for so many bytes; the first one plus one, 0 when none is needed, -1 when too few are left. */
function takeBlocks(texts: Texts, bytes: number): number {
  const { further } = texts;
  let chain = 0;
  for (let left = bytes; left > 0; left -= furtherText) {
    let block = texts.furtherFree;
    if (block !== 0) texts.furtherFree = further.words[linkAt(block - 1)] ?? 0;
    else if (further.rows < texts.max) block = ++further.rows;
    else {
      giveBack(texts, chain);
      return -1;
    }
    further.words[linkAt(block - 1)] = chain;
    chain = block;
  }
  return chain;
}

function giveBack(texts: Texts, chain: number): void {
  const { words } = texts.further;
  for (let link = chain; link !== 0; ) {
    const next = words[linkAt(link - 1)] ?? 0;
    words[linkAt(link - 1)] = texts.furtherFree;
    texts.furtherFree = link;
    link = next;
  }
}

function isLatin1(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 255) return false;
  return true;
}
