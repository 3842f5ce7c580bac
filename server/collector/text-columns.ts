/**
 * Texts of a batch that hardly repeat (users, addresses, ids), one after the other with a list of their lengths: reading
 * them back is cutting one string, which costs a sixth of parsing them as JSON.
 */

export class TextColumn {
  /** In UTF-16 units, and one more, since 0 means none. A text of the contract is at most 2,048 long. */
  readonly lengths: Uint16Array;
  text = '';

  constructor(count: number) {
    this.lengths = new Uint16Array(count);
  }

  set(i: number, value: string | undefined): void {
    if (value === undefined) return;
    this.text += value;
    this.lengths[i] = value.length + 1;
  }
}

/** From this length on a part of a string only points into the whole, and every look at it is slower (V8). */
const slicedFrom = 13;

/** Cuts columns out of the bytes of all texts, in the order in which they were written. */
export class TextCutter {
  readonly #bytes: Buffer;
  readonly #text: string;
  /** Where every character is one byte, a long text is made from its bytes. */
  readonly #isAscii: boolean;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#text = bytes.toString('utf8');
    this.#isAscii = this.#text.length === bytes.byteLength;
  }

  cut(lengths: Uint16Array): (string | undefined)[] {
    const texts = new Array<string | undefined>(lengths.length);
    for (let i = 0; i < lengths.length; i++) {
      const length = (lengths[i] ?? 0) - 1;
      if (length < 0) continue;
      const end = this.#at + length;
      texts[i] =
        this.#isAscii && length >= slicedFrom
          ? this.#bytes.toString('latin1', this.#at, end)
          : this.#text.substring(this.#at, end);
      this.#at = end;
    }
    return texts;
  }
}
