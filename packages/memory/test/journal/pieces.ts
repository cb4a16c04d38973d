/** Piece `index` of the text of a source: the writer and the one who checks make the same. */
export const pieceOf = (id: string, index: number): string =>
  `${id}:${index} ${'the words of a piece '.repeat(1 + (index % 4))}`;
