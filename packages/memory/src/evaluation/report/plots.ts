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

/** A difference with its interval. */
export interface PlotDifference {
  readonly name: string;
  readonly delta: number;
  readonly low: number;
  readonly high: number;
  /** Whether a higher value is the better one. */
  readonly isHigherBetter: boolean;
}

/** By name, in both schemes, each told from its ground: 4.5 to 1 for what is read, 3 to 1 for what is drawn. */
export const PLOT_COLOURS: Readonly<Record<string, { readonly light: string; readonly dark: string }>> = {
  ground: { light: '#ffffff', dark: '#15181c' },
  ink: { light: '#1a1a1a', dark: '#e8e8e8' },
  grid: { light: '#cccccc', dark: '#4a4f55' },
  track: { light: '#eeeeee', dark: '#2a2e33' },
  axis: { light: '#767676', dark: '#9a9a9a' },
  better: { light: '#007a5a', dark: '#3fc9a0' },
  worse: { light: '#c04f00', dark: '#ff9d52' },
  // Told apart without colour vision too, with their dashes (after Okabe and Ito 2008).
  line0: { light: '#0072b2', dark: '#56b4e9' },
  line1: { light: '#c04f00', dark: '#ff9d52' },
  line2: { light: '#007a5a', dark: '#3fc9a0' },
  line3: { light: '#a2507f', dark: '#e3a1c8' },
  line4: { light: '#6b5b00', dark: '#e6c04a' },
  line5: { light: '#555555', dark: '#bbbbbb' },
};
const LINES = 6;
const DASHES = ['none', '8 4', '2 3', '10 3 2 3'];

/** A colour of the page, and of a plot that stands alone. */
const colour = (name: string): string => `var(--${name}, ${PLOT_COLOURS[name]?.light ?? '#000000'})`;

const WIDTH = 720;
const TOP = 36;
/** About as wide as a letter is at this size. */
const LETTER = 6.5;
const MARGIN = 8;

/** A name that fits so many units; all of it where somebody points at it. */
const shorten = (name: string, width: number): string => {
  const letters = [...name];
  const most = Math.floor(width / LETTER);
  return letters.length <= most ? name : `${letters.slice(0, most - 1).join('')}…`;
};

const label = (
  [x, y]: readonly [number, number],
  words: string,
  { width = WIDTH, more = '' }: { readonly width?: number; readonly more?: string } = {},
): string => {
  const shown = shorten(words, width);
  const whole = shown === words ? '' : `<title>${escapeMarkup(words)}</title>`;
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="${colour('ink')}"${more}>${whole}${escapeMarkup(shown)}</text>`;
};

const CENTRED = ' text-anchor="middle"';

const page = (height: number, title: string, parts: readonly string[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12" role="img" aria-label="${escapeMarkup(`${title}. The table has its figures.`)}">`,
    `<rect width="${WIDTH}" height="${height}" fill="${colour('ground')}"/>`,
    label([MARGIN, 20], title, { more: ' font-weight="bold"' }),
    ...parts,
    '</svg>',
  ].join('\n');

const LEFT = 44;
const LEGEND = 190;
const HEIGHT = 320;
const BOTTOM = HEIGHT - 48;
const RIGHT = WIDTH - LEGEND;
const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1];
/** Labels of one axis that are nearer than this would run into each other. */
const LEAST_GAP = 36;

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
    LEFT + 12 + (Math.log2(Math.max(value, first) / first) / span) * (RIGHT - LEFT - 36);
  const labelled: number[] = [];
  for (const value of values) {
    const last = labelled.at(-1);
    if (last === undefined || x(value) - x(last) >= LEAST_GAP) labelled.push(value);
  }
  return page(HEIGHT, title, [
    ...TICKS.flatMap((tick) => [
      `<line x1="${LEFT}" x2="${RIGHT - 12}" y1="${y(tick)}" y2="${y(tick)}" stroke="${colour('grid')}"/>`,
      label([LEFT - 8, y(tick) + 4], tick.toFixed(1), { more: ' text-anchor="end"' }),
    ]),
    ...labelled.map((value) => label([x(value), BOTTOM + 18], String(value), { more: CENTRED })),
    label([(LEFT + RIGHT) / 2, HEIGHT - 10], axis, { more: CENTRED }),
    ...lines.flatMap(({ name, points }, index) => {
      const own = colour(`line${index % LINES}`);
      const dash = ` stroke-dasharray="${DASHES[index % DASHES.length]}"`;
      const band = points.filter(({ low, high }) => low !== undefined && high !== undefined);
      const outline = [
        ...band.map((point) => at(x(point.x), point.high ?? point.y)),
        ...band.toReversed().map((point) => at(x(point.x), point.low ?? point.y)),
      ];
      const key = TOP + 16 + 20 * index;
      return [
        ...(band.length > 1
          ? [`<polygon fill="${own}" fill-opacity="0.15" points="${outline.join(' ')}"/>`]
          : []),
        `<polyline fill="none" stroke="${own}" stroke-width="2"${dash} points="${points.map((point) => at(x(point.x), point.y)).join(' ')}"/>`,
        ...points.map(
          (point) =>
            `<circle cx="${x(point.x).toFixed(1)}" cy="${y(point.y).toFixed(1)}" r="3" fill="${own}"/>`,
        ),
        `<line x1="${RIGHT}" x2="${RIGHT + 24}" y1="${key - 4}" y2="${key - 4}" stroke="${own}" stroke-width="3"${dash}/>`,
        label([RIGHT + 32, key], name, { width: LEGEND - 40 }),
      ];
    }),
  ]);
};

const ROW = 24;
const NAMES = 200;
const VALUES = 150;
const SCALE = WIDTH - NAMES - VALUES;

/** Shares (0 to 1) as bars, one under the other. */
export const plotBars = (title: string, bars: readonly PlotBar[]): string => {
  const height = TOP + ROW * bars.length + 12;
  return page(
    height,
    title,
    bars.flatMap(({ name, value, note }, index) => {
      const top = TOP + ROW * index;
      return [
        label([MARGIN, top + 15], name, { width: NAMES - 2 * MARGIN }),
        `<rect x="${NAMES}" y="${top + 3}" width="${SCALE}" height="16" fill="${colour('track')}"/>`,
        `<rect x="${NAMES}" y="${top + 3}" width="${(value * SCALE).toFixed(1)}" height="16" fill="${colour('line0')}"/>`,
        label([NAMES + SCALE + MARGIN, top + 15], `${value.toFixed(3)}, ${note}`, { width: VALUES - MARGIN }),
      ];
    }),
  );
};

/** Ends of an axis around 0, in order. */
const REACHES = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1];

const signed = (value: number, digits: number): string =>
  `${value > 0 ? '+' : ''}${(value === 0 ? 0 : value).toFixed(digits)}`;

/** What an interval says: it lies on one side of 0, or on both. */
const verdictOf = ({ low, high, isHigherBetter }: PlotDifference): 'better' | 'worse' | 'axis' => {
  if (low > 0) return isHigherBetter ? 'better' : 'worse';
  if (high < 0) return isHigherBetter ? 'worse' : 'better';
  return 'axis';
};

/** Differences of shares with their intervals, each a dot on a line around 0: filled and named where 0 is outside. */
export const plotDifferences = (title: string, axis: string, rows: readonly PlotDifference[]): string => {
  const widest = Math.max(0, ...rows.flatMap(({ low, high }) => [Math.abs(low), Math.abs(high)]));
  const reach = REACHES.find((end) => end >= widest) ?? widest;
  const x = (value: number): number => NAMES + SCALE / 2 + (value / reach) * (SCALE / 2);
  const bottom = TOP + ROW * rows.length;
  return page(bottom + 44, title, [
    ...[-1, -0.5, 0, 0.5, 1].flatMap((part) => {
      const place = x(part * reach).toFixed(1);
      const stroke = colour(part === 0 ? 'axis' : 'grid');
      return [
        `<line x1="${place}" x2="${place}" y1="${TOP - 4}" y2="${bottom}" stroke="${stroke}"/>`,
        label([x(part * reach), bottom + 16], signed(part * reach, 3), { more: CENTRED }),
      ];
    }),
    label([NAMES + SCALE / 2, bottom + 34], axis, { more: CENTRED }),
    ...rows.flatMap((row, index) => {
      const line = TOP + ROW * index + 11;
      const verdict = verdictOf(row);
      const own = colour(verdict);
      const fill = verdict === 'axis' ? colour('ground') : own;
      return [
        label([MARGIN, line + 4], row.name, { width: NAMES - 2 * MARGIN }),
        `<line x1="${x(row.low).toFixed(1)}" x2="${x(row.high).toFixed(1)}" y1="${line}" y2="${line}" stroke="${own}" stroke-width="2"/>`,
        `<circle cx="${x(row.delta).toFixed(1)}" cy="${line}" r="4" fill="${fill}" stroke="${own}" stroke-width="2"/>`,
        label(
          [NAMES + SCALE + MARGIN * 2, line + 4],
          `${signed(row.delta, 3)}${verdict === 'axis' ? '' : ` ${verdict}`}`,
        ),
      ];
    }),
  ]);
};
