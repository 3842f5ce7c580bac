/** Cedar text in coloured pieces: enough to see at a glance what permits, what forbids, and what is only said. Pure. */

export type PieceKind = 'plain' | 'comment' | 'text' | 'permit' | 'forbid' | 'word' | 'annotation';

export interface Piece {
  kind: PieceKind;
  text: string;
}

const pattern =
  /(?<comment>\/\/[^\n]*)|(?<text>"(?:[^"\\\n]|\\.)*"?)|(?<annotation>@[A-Za-z_]\w*)|(?<permit>\bpermit\b)|(?<forbid>\bforbid\b)|(?<word>\b(?:when|unless|principal|action|resource|context|is|in|has|like|if|then|else|true|false)\b)/g;

const kinds = ['comment', 'text', 'annotation', 'permit', 'forbid', 'word'] as const;

/** The pieces, joined, are the text. */
export function cedarPieces(source: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of source.matchAll(pattern)) {
    if (match.index > at) pieces.push({ kind: 'plain', text: source.slice(at, match.index) });
    const kind = kinds.find((name) => match.groups?.[name] !== undefined) ?? 'plain';
    pieces.push({ kind, text: match[0] });
    at = match.index + match[0].length;
  }
  if (at < source.length) pieces.push({ kind: 'plain', text: source.slice(at) });
  return pieces;
}
