import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openO200kTokenizer } from '@retentive/core/tokenizer';
import { openSurprisal } from '@retentive/memory';
import { measuredQuestions } from '@retentive/memory/evaluation';
import { readDemoSet } from '../demo-data.ts';
import { type Case, prepareCase } from './cases.ts';
import { createPolicies, type Policy } from './policies.ts';

/** Shares of the tokens on the x axis. */
const SHARES = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
/** Share at which single messages are shown. */
const SHOWN = 0.2;
const WIDTH = 720;
const LEFT = 170;
const RIGHT = 20;

const COLOURS: Readonly<Record<string, string>> = {
  retentive: '#0b6e4f',
  'retentive:no-surprisal': '#7fb69e',
  'surprisal-mean': '#d17a22',
  recent: '#4a5c9b',
  random: '#999999',
  shortest: '#b8a1c9',
  longest: '#8c5a3c',
  oracle: '#222222',
};

const capacityOf = ({ turns }: Case, share: number): number =>
  Math.floor(share * turns.reduce((sum, { tokens }) => sum + tokens, 0));

const evidenceHeld = (policy: Policy, each: Case, share: number): number => {
  const { turns } = policy.hold({ ...each, capacity: capacityOf(each, share) });
  const pairs = each.needed.reduce((sum, needed) => sum + needed, 0);
  return each.needed.reduce((sum, needed, place) => sum + (turns.has(place) ? needed : 0), 0) / pairs;
};

const text = (x: number, y: number, words: string, more = ''): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${words}</text>`;

const percent = (share: number): string => `${Math.round(100 * share)} %`;

const page = (height: number, title: string, parts: readonly string[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="Helvetica, Arial, 'DejaVu Sans', sans-serif" font-size="12" role="img">`,
    `<title>${title}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');

/** Share of the evidence held over the share of the tokens, a line a policy. */
const plotCurves = (each: Case, policies: readonly Policy[]): string => {
  const top = 30;
  const height = 360;
  const bottom = height - 40;
  const x = (share: number): number => 60 + share * (WIDTH - 60 - LEFT - RIGHT);
  const y = (value: number): number => bottom - value * (bottom - top);
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];
  const lines = policies.map((policy, index) => {
    const colour = COLOURS[policy.name] ?? '#000000';
    const points = SHARES.map(
      (share) => `${x(share).toFixed(1)},${y(evidenceHeld(policy, each, share)).toFixed(1)}`,
    );
    const key = top + 16 + 20 * index;
    return [
      `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.join(' ')}"/>`,
      `<line x1="${WIDTH - LEFT}" x2="${WIDTH - LEFT + 18}" y1="${key - 4}" y2="${key - 4}" stroke="${colour}" stroke-width="3"/>`,
      text(WIDTH - LEFT + 24, key, policy.name),
    ].join('\n');
  });
  return page(height, 'Evidence held by the share of tokens held, demo conversation', [
    text(8, 18, 'Pairs of question and evidence still held, demo conversation', 'font-weight="bold"'),
    ...ticks.flatMap((tick) => [
      `<line x1="60" x2="${x(1)}" y1="${y(tick)}" y2="${y(tick)}" stroke="#dddddd"/>`,
      text(54, y(tick) + 4, percent(tick), 'text-anchor="end"'),
      text(x(tick), bottom + 18, percent(tick), 'text-anchor="middle"'),
    ]),
    text(x(0.5), height - 6, 'share of the tokens held', 'text-anchor="middle"'),
    ...lines,
  ]);
};

/** Vertical strokes as one path: hundreds of elements would make a large file. */
const strokes = (
  places: readonly number[],
  x: (place: number) => number,
  line: (place: number) => readonly [from: number, to: number],
): string =>
  places
    .map((place) => `M${x(place).toFixed(1)} ${line(place)[0].toFixed(0)}V${line(place)[1].toFixed(0)}`)
    .join('');

/** A row a policy, a bar a message: dark where it is held, a mark below what a question needs. */
const plotMessages = (each: Case, policies: readonly Policy[]): string => {
  const row = 46;
  const top = 62;
  const height = top + row * policies.length + 14;
  const step = (WIDTH - LEFT - RIGHT) / each.turns.length;
  const places = [...each.turns.keys()];
  const x = (place: number): number => LEFT + (place + 0.5) * step;
  const rows = policies.map((policy, index) => {
    const { turns } = policy.hold({ ...each, capacity: capacityOf(each, SHOWN) });
    const y = top - 14 + row * index;
    const tall = (place: number): number => Math.min(22, 4 + (each.turns[place]?.tokens ?? 0) / 3);
    const bars = (held: boolean, colour: string): string =>
      `<path stroke="${colour}" stroke-width="0.8" d="${strokes(
        places.filter((place) => turns.has(place) === held),
        x,
        (place) => [y + 24, y + 24 - tall(place)],
      )}"/>`;
    const needed = (held: boolean, colour: string): string =>
      `<path stroke="${colour}" stroke-width="1.2" d="${strokes(
        places.filter((place) => turns.has(place) === held && (each.needed[place] ?? 0) > 0),
        x,
        () => [y + 26, y + 31],
      )}"/>`;
    return [
      text(8, y + 20, policy.name),
      bars(false, '#dcdcdc'),
      bars(true, COLOURS[policy.name] ?? '#000000'),
      needed(false, '#f0c4be'),
      needed(true, '#c0392b'),
    ].join('\n');
  });
  return page(height, 'What stays of the demo conversation at 20 % of its tokens', [
    text(8, 18, 'What stays of the demo conversation at 20 % of its tokens', 'font-weight="bold"'),
    text(
      8,
      36,
      'A bar a message, taller where longer, in colour where held; a red mark below where a question needs it.',
    ),
    ...rows,
    text(LEFT, height - 6, 'first message'),
    text(WIDTH - RIGHT, height - 6, 'last message', 'text-anchor="end"'),
  ]);
};

/** Writes `retention-curves.svg` and `retention-messages.svg`, of the demo conversation, into a folder. Gives their paths. */
export const writePlots = async (folder: string, seed: number): Promise<readonly string[]> => {
  const [conversation, questions] = await readDemoSet().then(
    ({ conversations, questions: all }) => [conversations[0], all] as const,
  );
  if (conversation === undefined) return [];
  const tokenizer = await openO200kTokenizer();
  const each = prepareCase(conversation, measuredQuestions(conversation, questions), tokenizer);
  const policies = createPolicies(await openSurprisal(), tokenizer, seed);
  const named = (names: readonly string[]): readonly Policy[] =>
    names.flatMap((name) => policies.find((policy) => policy.name === name) ?? []);
  const plots = {
    'retention-curves.svg': plotCurves(each, named(Object.keys(COLOURS))),
    'retention-messages.svg': plotMessages(
      each,
      named(['retentive', 'retentive:no-surprisal', 'surprisal-mean', 'recent', 'longest']),
    ),
  };
  return Promise.all(
    Object.entries(plots).map(async ([name, svg]) => {
      const file = join(folder, name);
      await writeFile(file, svg);
      return file;
    }),
  );
};
