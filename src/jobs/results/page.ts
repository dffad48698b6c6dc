/** A piece of a text, counted in code points so that no character is ever cut in two. */
export interface TextPage {
  readonly text: string;
  readonly offset: number;
  /** Where the next page begins. Absent at the end. */
  readonly nextOffset?: number;
  /** Of the whole text. */
  readonly totalCharacters: number;
}

/** At most `maxCharacters` (1 or more) code points of a text from `offset` on. Beyond the end there is an empty page. */
export function pageOf(text: string, offset: number, maxCharacters: number): TextPage {
  let position = 0;
  let from = text.length;
  let to = text.length;
  let unit = 0;
  for (const character of text) {
    if (position === offset) from = unit;
    if (position === offset + maxCharacters) to = unit;
    unit += character.length;
    position += 1;
  }
  const next = offset + maxCharacters;
  return {
    text: text.slice(from, to),
    offset,
    ...(next < position ? { nextOffset: next } : {}),
    totalCharacters: position,
  };
}
