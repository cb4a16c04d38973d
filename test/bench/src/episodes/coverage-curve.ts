import { createSeededRandom, type Episode, type Fact, type Tokenizer } from '@retentive/core';
import { createAnalyzer, splitSentences } from '@retentive/memory';
import type { BenchConversation } from '../bench-data.ts';
import { createDeferredSurprisal, extractSummary, readUnits } from '../internals.ts';
import { coverageOf, type Observation, type StoredItem } from './coverage.ts';
import type { Measured } from './measure-conversation.ts';
import type { CoverageRow } from './schemas.ts';

/** Shares of the tokens at which coverage is drawn. */
const SHARES = [0.1, 0.2, 0.3] as const;
const EVERYTHING = 1_000_000;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const linesOf = ({ summary }: Episode): readonly StoredItem[] =>
  summary.map(({ text, speaker, sources }) => ({ words: `${speaker}: ${text}`, sources }));

const factLines = (facts: readonly Fact[]): readonly StoredItem[] =>
  facts.map(({ text, sources }) => ({ words: text, sources: sources.map(({ source }) => source) }));

/** Summaries of the same episodes at other lengths, and sentences that are chosen otherwise at the same length. */
const createAlternatives = (tokenizer: Tokenizer, conversation: BenchConversation, seed: number) => {
  const tools = { analyze: createAnalyzer(), tokenizer };
  const surprisal = createDeferredSurprisal();
  const random = createSeededRandom(seed);
  const turns = new Map(conversation.turns.map((turn) => [turn.id, turn]));
  return (episode: Episode, share: number) => {
    const messages = episode.messages.flatMap((id) => {
      const turn = turns.get(id);
      if (turn === undefined) return [];
      const text = turn.caption === undefined ? turn.text : `${turn.text}\n[image: ${turn.caption}]`;
      return [
        { id, role: turn.role, speaker: turn.speaker, time: turn.time, text, tokens: tokenizer.count(text) },
      ];
    });
    const units = readUnits(messages, { ...tools, surprisal: surprisal.openSession() });
    const lineOf = (index: number): StoredItem => {
      const unit = units[index] as (typeof units)[number];
      return { words: `${messages[unit.message]?.speaker}: ${unit.text}`, sources: [unit.span[0]] };
    };
    const chosen = extractSummary(units, { share, maxTokens: EVERYTHING });
    const room = chosen.reduce((sum, index) => sum + (units[index]?.tokens ?? 0), 0);
    const fill = (order: readonly number[]): readonly number[] => {
      let left = room;
      return order.filter((index) => {
        const tokens = units[index]?.tokens ?? 0;
        if (tokens > left) return false;
        left -= tokens;
        return true;
      });
    };
    const all = units.map((_, index) => index);
    const shuffled = all
      .map((index) => [random.next(), index] as const)
      .toSorted(([a], [b]) => a - b)
      .map(([, index]) => index);
    const tokens = messages.reduce(
      (sum, { text }) =>
        sum + splitSentences(text).reduce((own, sentence) => own + tokenizer.count(sentence.trim()), 0),
      0,
    );
    return {
      tokens,
      room,
      summary: chosen.map(lineOf),
      random: fill(shuffled).map(lineOf),
      first: fill(all).map(lineOf),
    };
  };
};

interface Tally {
  tokens: number;
  of: number;
  single: number;
  joint: number;
  count: number;
}

/** Rows of coverage of one set: what is stored, by kind, and the curve with its controls. */
export const createCoverage = (set: string, tokenizer: Tokenizer, seed: number) => {
  const rows = new Map<string, Tally>();
  const note = (
    kind: string,
    tokens: number,
    of: number,
    observations: readonly Observation[],
    items: readonly StoredItem[],
  ): void => {
    const row = rows.get(kind) ?? { tokens: 0, of: 0, single: 0, joint: 0, count: 0 };
    const { single, joint } = coverageOf(observations, items);
    row.tokens += tokens;
    row.of += of;
    row.single += single * observations.length;
    row.joint += joint * observations.length;
    row.count += observations.length;
    rows.set(kind, row);
  };
  return {
    follow(
      conversation: BenchConversation,
      { episodes, facts }: Measured,
      observations: readonly Observation[],
    ): void {
      const alternative = createAlternatives(tokenizer, conversation, seed);
      const of = sum(episodes.map(({ tokens }) => tokens.messages));
      const summaryTokens = sum(episodes.map(({ tokens }) => tokens.summary));
      const factTokens = sum(facts.map(({ text }) => tokenizer.count(text)));
      const [summaries, known] = [episodes.flatMap(linesOf), factLines(facts)];
      note('facts', factTokens, of, observations, known);
      note('summaries', summaryTokens, of, observations, summaries);
      note('facts and summaries', factTokens + summaryTokens, of, observations, [...known, ...summaries]);
      for (const share of SHARES) {
        const made = episodes.map((episode) => alternative(episode, share));
        const room = sum(made.map((each) => each.room));
        const all = sum(made.map((each) => each.tokens));
        for (const kind of ['summary', 'random', 'first'] as const) {
          note(
            `${kind} sentences at ${share * 100} %`,
            room,
            all,
            observations,
            made.flatMap((each) => each[kind]),
          );
        }
      }
    },
    rows: (): readonly CoverageRow[] =>
      [...rows].map(([kind, { tokens, of, single, joint, count }]) => ({
        set,
        kind,
        tokenShare: tokens / Math.max(1, of),
        single: single / Math.max(1, count),
        joint: joint / Math.max(1, count),
      })),
  };
};
