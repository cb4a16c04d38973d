/** A cell: text stays left, numbers right; undefined is a dash. */
export type Cell = string | number | undefined;

const isNumeric = (cell: Cell): boolean => typeof cell === 'number' || cell === undefined;

const show = (cell: Cell): string => {
  if (cell === undefined) return '-';
  return typeof cell === 'number' ? String(cell) : cell;
};

/** Columns of a terminal that `text` takes; wide characters of CJK take two. */
const widthOf = (text: string): number =>
  [...text].reduce(
    (sum, character) =>
      sum + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/u.test(character) ? 2 : 1),
    0,
  );

/**
 * A table for people: header, rule, rows; columns aligned by spaces, numbers to the right (with the decimals that
 * `decimals` or {@link share} gave them). Ends with a line break.
 */
export const formatTable = (header: readonly string[], rows: readonly (readonly Cell[])[]): string => {
  const texts = [header, ...rows.map((row) => row.map(show))];
  const widths = header.map((_, column) => Math.max(...texts.map((row) => widthOf(row[column] ?? ''))));
  const right = header.map(
    (_, column) => rows.length > 0 && rows.every((row) => isNumeric(row[column]) || isFigure(row[column])),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => {
        const gap = ' '.repeat((widths[column] ?? 0) - widthOf(cell));
        return right[column] ? gap + cell : cell + gap;
      })
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return `${[line(texts[0] as readonly string[]), rule, ...texts.slice(1).map(line)].join('\n')}\n`;
};

const isFigure = (cell: Cell): boolean => typeof cell === 'string' && /^-?[\d.,]+%?$/u.test(cell);

/** A share (0..1) with three decimals and no leading zero, as in `.842`; undefined stays undefined. */
export const share = (value: number | null | undefined): string | undefined =>
  value === undefined || value === null ? undefined : value.toFixed(3).replace(/^0/u, '');

/** A number with so many decimals; undefined stays undefined. */
export const decimals = (value: number | null | undefined, digits: number): string | undefined =>
  value === undefined || value === null ? undefined : value.toFixed(digits);
