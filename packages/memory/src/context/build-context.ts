import type {
  Chunk,
  Context,
  ContextId,
  ContextItem,
  CoreBlock,
  Fact,
  Tokenizer,
  Why,
} from '@retentive/core';
import type { ExampleCandidate } from '../examples/find-examples.ts';
import type { Candidate } from '../retrieval/candidates.ts';
import type { FactCandidate } from '../retrieval/fact-candidates.ts';
import {
  costExponent,
  type Option,
  rankByValue,
  type Selection,
  selectGreedily,
} from '../selection/select.ts';
import type { Calendar } from './dates.ts';
import { explain } from './explain.ts';
import { headingOf, MEMORY_CLOSE, MEMORY_OPEN, RENDERER, renderChunk, speakerLabel } from './layout.ts';
import { layOutCore } from './layout-core.ts';
import { layOutExamples } from './layout-examples.ts';
import { type FactOrigin, layOutFacts } from './layout-facts.ts';
import { layOutTold, type ToldParts, type ToldText } from './layout-told.ts';

/** Most tokens of a line beside its label and text: colon, mark of a piece, line end. */
const LINE_OVERHEAD = 4;

/** What a context is built from. */
export interface ContextParts {
  readonly id: ContextId;
  readonly candidates: readonly Candidate[];
  readonly core: readonly CoreBlock[];
  readonly budget: number;
  readonly tokenizer: Tokenizer;
  readonly calendar: Calendar;
  /** Tokens of a chunk's line; remembered by the caller, since counting is the slow part. */
  readonly lineTokens: (chunk: Chunk) => number;
  /** Tokens of the whole message or document that a chunk is from. */
  readonly sourceTokens: (chunk: Chunk) => number;
  readonly degraded: readonly string[];
  /** True for a context that ends where what comes next is worth little beside the best. */
  readonly adaptive?: boolean | undefined;
  readonly facts: readonly FactCandidate[];
  /** Earlier answers, and the share of the budget that they may take. */
  readonly examples?:
    | { readonly share: number; readonly candidates: readonly ExampleCandidate[] }
    | undefined;
  /** Who said what a fact rests on. */
  readonly factOrigin: (fact: Fact) => FactOrigin | undefined;
  /** Notes and summaries, and the shares of the budget that they may take. */
  readonly told?: ToldParts | undefined;
}

interface Chosen<Proposed> {
  readonly candidate: Proposed;
  readonly line: string;
}

/** Lines of chunks in the order given, under the headings of their days; chunks of one message run on. */
export const renderTail = <Proposed extends Pick<Candidate, 'chunk'>>(
  ordered: readonly Proposed[],
  calendar: Calendar,
): { text: string; lines: readonly Chosen<Proposed>[] } => {
  const lines: Chosen<Proposed>[] = [];
  let text = '';
  let group = '';
  let before: Chunk | undefined;
  for (const candidate of ordered) {
    const { chunk } = candidate;
    const heading = headingOf(chunk, calendar);
    const continues =
      heading.key === group && before?.source.id === chunk.source.id && before.index + 1 === chunk.index;
    const line = `${heading.key === group ? '' : heading.text}${renderChunk(chunk, continues)}`;
    lines.push({ candidate, line });
    text += line;
    group = heading.key;
    before = chunk;
  }
  return { text, lines };
};

/** Chosen chunks in reading order. */
const layOutTail = (
  chosen: readonly Candidate[],
  calendar: Calendar,
): { text: string; lines: readonly Chosen<Candidate>[] } => {
  const began = new Map<string, number>();
  const opened = new Map<string, number>();
  const keepLeast = (map: Map<string, number>, key: string, value: number): void => {
    map.set(key, Math.min(map.get(key) ?? Number.POSITIVE_INFINITY, value));
  };
  for (const { chunk } of chosen) {
    keepLeast(began, chunk.session, chunk.time);
    keepLeast(opened, chunk.source.id, chunk.position);
  }
  const days = new Map(chosen.map(({ chunk }) => [chunk, headingOf(chunk, calendar).key]));
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  const ordered = chosen.toSorted(
    (a, b) =>
      compare(days.get(a.chunk) as string, days.get(b.chunk) as string) ||
      (began.get(a.chunk.session) as number) - (began.get(b.chunk.session) as number) ||
      compare(a.chunk.session, b.chunk.session) ||
      // Messages that were streamed at the same time stay whole.
      (opened.get(a.chunk.source.id) as number) - (opened.get(b.chunk.source.id) as number) ||
      a.chunk.index - b.chunk.index,
  );
  return renderTail(ordered, calendar);
};

const whyOf = (candidate: Candidate): Why => ({
  score: candidate.score,
  parts: candidate.parts,
  matched: [...candidate.matched, ...candidate.nearby],
  reason: explain(candidate),
});

/** Lines of one message become one item; its reason is that of its best chunk. */
const toItems = (lines: readonly Chosen<Candidate>[], tokenizer: Tokenizer): readonly ContextItem[] => {
  const groups: Chosen<Candidate>[][] = [];
  for (const line of lines) {
    const last = groups.at(-1);
    const first = last?.[0]?.candidate;
    const { chunk, excerpt } = line.candidate;
    const isSame = first?.chunk.source.id === chunk.source.id && !first.excerpt === !excerpt;
    if (last !== undefined && isSame) last.push(line);
    else groups.push([line]);
  }
  return groups.map((group) => {
    const best = group.reduce((a, b) => (b.candidate.score > a.candidate.score ? b : a)).candidate;
    const { chunk } = best;
    const text = group.map(({ line }) => line).join('');
    const chunks = group.map(({ candidate }) => candidate.chunk.id);
    return {
      source:
        chunk.source.type === 'message'
          ? { type: 'message', message: chunk.source.id, chunks }
          : { type: 'document', document: chunk.source.id, title: chunk.source.title, chunks },
      text,
      tokens: tokenizer.count(text),
      thread: chunk.thread,
      role: chunk.role,
      ...(chunk.speaker === undefined ? {} : { speaker: chunk.speaker }),
      time: chunk.time,
      ...(best.excerpt === undefined ? {} : { excerpt: true }),
      why: whyOf(best),
    };
  });
};

/**
 * A chunk that ranks below this share of the best one is left out where effort is adaptive. The highest share in tenths that
 * takes less than .005 of the recall of the conversation of this repository at 1,024 tokens.
 */
const ADAPTIVE_SHARE = 0.4;

/** Exact prices reach this many times the budget down the ranking; what comes after can only fill gaps. */
const EXACT_REACH = 1.5;

/**
 * What each candidate costs: counted for those that the budget can reach, an upper estimate for the rest, since
 * counting is the slow part of a context.
 */
const priceCandidates = (
  { candidates, budget, calendar, tokenizer, lineTokens }: ContextParts,
  exponent: number,
): readonly Option[] => {
  const estimates = candidates.map(
    ({ chunk }) => chunk.tokens + tokenizer.count(speakerLabel(chunk)) + LINE_OVERHEAD,
  );
  const costs = estimates.slice();
  let reached = 0;
  for (const index of rankByValue(
    candidates.map(({ score }) => score),
    estimates,
    exponent,
  )) {
    if (reached > budget * EXACT_REACH) break;
    costs[index] = lineTokens((candidates[index] as Candidate).chunk);
    reached += costs[index] as number;
  }
  return candidates.map(({ chunk, score }, index) => {
    const heading = headingOf(chunk, calendar);
    return {
      value: score,
      cost: costs[index] as number,
      group: heading.key,
      groupCost: tokenizer.count(heading.text),
    };
  });
};

const NOTHING_TOLD: ToldText = { text: '', items: [] };

/** A fact says more than its sources where one of them is not told, or where it has ended since. */
const saysMore = ({ sources, valid }: Fact, told: ReadonlySet<string>): boolean =>
  valid.until !== undefined || sources.length === 0 || sources.some(({ source }) => !told.has(source));

/**
 * The least cosine of a fact that takes the room of words: it says more of what is asked for than another message of the
 * talk does. What shares two words of three with the query says who is spoken of, and no more.
 */
const LEAST_SCARCE_COSINE = 0.6;

const isWorthRoom = ({ fact, score, isRelated = false }: FactCandidate, told: ReadonlySet<string>): boolean =>
  (isRelated || score >= LEAST_SCARCE_COSINE) && saysMore(fact, told);

/**
 * Chooses and lays out a context. The budget is checked on the final text; should lines joined count more than apart,
 * the least valuable choice is given up until it fits. Pure.
 */
export const buildContext = (parts: ContextParts): Context => {
  const { id, candidates, budget, tokenizer, calendar } = parts;
  const core = layOutCore(parts.core, budget, tokenizer);
  const examples = layOutExamples(
    parts.examples?.candidates ?? [],
    Math.floor(budget * (parts.examples?.share ?? 0)),
    tokenizer,
  );
  const head = MEMORY_OPEN + core.text;
  const exponent = costExponent(candidates.map(({ chunk }) => parts.sourceTokens(chunk)));
  const options = priceCandidates(parts, exponent);
  const select = (frame: string): Selection => {
    const room = budget - tokenizer.count(frame + MEMORY_CLOSE);
    return selectGreedily(options, Math.max(0, room), exponent, parts.adaptive ? ADAPTIVE_SHARE : 0);
  };
  const alone = select(head + examples.text);
  const told = new Set<string>(alone.chosen.map((index) => (candidates[index] as Candidate).chunk.source.id));
  // Where everything finds room, what is said twice costs nothing.
  const isScarce = alone.chosen.length < candidates.length;
  const news = isScarce ? parts.facts.filter((candidate) => isWorthRoom(candidate, told)) : parts.facts;
  const facts = layOutFacts(news, parts.factOrigin, budget, tokenizer, calendar, isScarce);
  const before = head + examples.text + facts.text;
  const fits = (text: string): boolean => tokenizer.count(before + text + MEMORY_CLOSE) <= budget;
  const room = { budget, left: budget - tokenizer.count(before + MEMORY_CLOSE), fits };
  const more =
    parts.told === undefined ? NOTHING_TOLD : layOutTold(parts.told, told, room, tokenizer, calendar);
  const sections = examples.text + facts.text + more.text;
  const frame = head + sections;
  const selection = facts.items.length + more.items.length === 0 ? alone : select(frame);
  let chosen = selection.chosen.map((index) => candidates[index] as Candidate);
  let tail = layOutTail(chosen, calendar);
  const isEmpty = (): boolean =>
    [chosen, core.items, facts.items, examples.items, more.items].every(({ length }) => length === 0);
  let tokens = tokenizer.count(frame + tail.text + MEMORY_CLOSE);
  while (chosen.length > 0 && tokens > budget) {
    chosen = chosen.slice(0, -1);
    tail = layOutTail(chosen, calendar);
    tokens = tokenizer.count(frame + tail.text + MEMORY_CLOSE);
  }
  const prefix = isEmpty() ? '' : head;
  const tailText = isEmpty() ? '' : sections + tail.text + MEMORY_CLOSE;
  const utility = chosen.reduce((sum, { score }) => sum + score, 0);
  const upperBound = Math.max(utility, selection.upperBound);
  return {
    id,
    text: prefix + tailText,
    prefix,
    tail: tailText,
    tokens: isEmpty() ? 0 : tokens,
    budget,
    items: [
      ...core.items,
      ...examples.items,
      ...facts.items,
      ...more.items,
      ...toItems(tail.lines, tokenizer),
    ],
    utility,
    upperBound,
    gap: upperBound === 0 ? 0 : (upperBound - utility) / upperBound,
    degraded: core.cut ? [...parts.degraded, 'core:cut'] : parts.degraded,
    renderer: RENDERER,
  };
};
