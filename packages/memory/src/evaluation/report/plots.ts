import { escapeMarkup } from './escape.ts';

/** A line of a plot, with its interval where there is one. */
export interface PlotLine {
  readonly name: string;
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    readonly low?: number | undefined;
    readonly high?: number | undefined;
  }[];
}

/** A bar of a plot. */
export interface PlotBar {
  readonly name: string;
  readonly value: number;
  readonly note: string;
}

const WIDTH = 720;
const LEFT = 60;
const LEGEND = 150;
const TOP = 36;
const HEIGHT = 320;
const BOTTOM = HEIGHT - 44;
const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1];
/** Told apart without colour vision (Okabe and Ito 2008). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#000000'];

const colourOf = (index: number): string => COLOURS[index % COLOURS.length] ?? '#000000';

const label = (x: number, y: number, words: string, more = ''): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}"${more}>${escapeMarkup(words)}</text>`;

const page = (height: number, title: string, parts: readonly string[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>${escapeMarkup(title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    label(LEFT, 20, title, ' font-weight="bold"'),
    ...parts,
    '</svg>',
  ].join('\n');

const y = (value: number): number => BOTTOM - value * (BOTTOM - TOP);

const at = (x: number, value: number): string => `${x.toFixed(1)},${y(value).toFixed(1)}`;

/** Shares (0 to 1) over a positive quantity on a scale of doublings, a line a name with its interval as a band. */
export const plotShares = (title: string, axis: string, lines: readonly PlotLine[]): string => {
  const values = [...new Set(lines.flatMap(({ points }) => points.map((point) => point.x)))]
    .filter((value) => value > 0)
    .toSorted((a, b) => a - b);
  const [first = 1] = values;
  const span = Math.log2((values.at(-1) ?? first) / first) || 1;
  const x = (value: number): number =>
    LEFT + (Math.log2(Math.max(value, first) / first) / span) * (WIDTH - LEFT - LEGEND - 20);
  const right = WIDTH - LEGEND;
  return page(HEIGHT, title, [
    ...TICKS.flatMap((tick) => [
      `<line x1="${LEFT}" x2="${right - 20}" y1="${y(tick)}" y2="${y(tick)}" stroke="#dddddd"/>`,
      label(LEFT - 30, y(tick) + 4, tick.toFixed(1)),
    ]),
    ...values.map((value) => label(x(value) - 12, BOTTOM + 18, String(value))),
    label(LEFT, HEIGHT - 8, axis),
    ...lines.flatMap(({ name, points }, index) => {
      const colour = colourOf(index);
      const band = points.filter(({ low, high }) => low !== undefined && high !== undefined);
      const outline = [
        ...band.map((point) => at(x(point.x), point.high ?? point.y)),
        ...band.toReversed().map((point) => at(x(point.x), point.low ?? point.y)),
      ];
      const key = TOP + 16 + 20 * index;
      return [
        ...(band.length > 1
          ? [`<polygon fill="${colour}" fill-opacity="0.15" points="${outline.join(' ')}"/>`]
          : []),
        `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.map((point) => at(x(point.x), point.y)).join(' ')}"/>`,
        ...points.map(
          (point) =>
            `<circle cx="${x(point.x).toFixed(1)}" cy="${y(point.y).toFixed(1)}" r="3" fill="${colour}"/>`,
        ),
        `<line x1="${right}" x2="${right + 18}" y1="${key - 4}" y2="${key - 4}" stroke="${colour}" stroke-width="3"/>`,
        label(right + 24, key, name),
      ];
    }),
  ]);
};

const ROW = 24;
const NAMES = 190;

/** Shares (0 to 1) as bars, one under the other. */
export const plotBars = (title: string, bars: readonly PlotBar[]): string => {
  const height = TOP + ROW * bars.length + 12;
  const scale = WIDTH - NAMES - LEGEND;
  return page(
    height,
    title,
    bars.flatMap(({ name, value, note }, index) => {
      const top = TOP + ROW * index;
      return [
        label(8, top + 15, name),
        `<rect x="${NAMES}" y="${top + 3}" width="${scale}" height="16" fill="#eeeeee"/>`,
        `<rect x="${NAMES}" y="${top + 3}" width="${(value * scale).toFixed(1)}" height="16" fill="${colourOf(0)}"/>`,
        label(NAMES + scale + 8, top + 15, `${value.toFixed(3)}  ${note}`),
      ];
    }),
  );
};

/** Differences with their intervals, each a dot on a line around 0. */
export const plotDifferences = (
  title: string,
  rows: readonly {
    readonly name: string;
    readonly delta: number;
    readonly low: number;
    readonly high: number;
  }[],
): string => {
  const reach = Math.max(0.01, ...rows.flatMap(({ low, high }) => [Math.abs(low), Math.abs(high)]));
  const middle = NAMES + (WIDTH - NAMES - LEGEND) / 2;
  const x = (value: number): number => middle + (value / reach) * ((WIDTH - NAMES - LEGEND) / 2);
  const height = TOP + ROW * rows.length + 12;
  return page(height, title, [
    `<line x1="${middle}" x2="${middle}" y1="${TOP - 4}" y2="${height - 8}" stroke="#888888"/>`,
    ...rows.flatMap(({ name, delta, low, high }, index) => {
      const line = TOP + ROW * index + 11;
      const colour = low > 0 ? '#009e73' : high < 0 ? '#d55e00' : '#666666';
      return [
        label(8, line + 4, name),
        `<line x1="${x(low).toFixed(1)}" x2="${x(high).toFixed(1)}" y1="${line}" y2="${line}" stroke="${colour}" stroke-width="2"/>`,
        `<circle cx="${x(delta).toFixed(1)}" cy="${line}" r="4" fill="${colour}"/>`,
        label(WIDTH - LEGEND + 8, line + 4, `${delta > 0 ? '+' : ''}${delta.toFixed(3)}`),
      ];
    }),
  ]);
};
