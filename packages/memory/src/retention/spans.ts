import type { TokenBits } from '../entropy/surprisal-source.ts';

/** A part of a text; UTF-16 offsets into it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A text that may be shortened. */
export interface SpanSource {
  readonly text: string;
  /** Its words with their bits, in order. */
  readonly pieces: readonly TokenBits[];
  /** How many tokens all of it has, 1 or more. */
  readonly tokens: number;
  /**
   * How much its information counts beside that of other texts, above 0: the odds that it will be needed, by who says it
   * and how, and not by its length or surprisal, which its words already stand for.
   */
  readonly weight: number;
}

/** Shows where words were left out. */
export const GAP = '[...]';

/** Fewer words in a row say nothing to a reader. */
export const MIN_SPAN_WORDS = 4;

/** Bits up to which a word is grammar: one in 500. The thousandth part of what is said is about something. */
const GRAMMAR_BITS = 9;

/** Tokens of a gap mark. */
export const GAP_TOKENS = 2;

/** White space and marks after a word belong to it. */
const TRAILING = /[\s\p{P}\p{S}]*/uy;

/** States while words are walked: out of a span, or the words of the span so far, the last standing for more. */
const OUT = 0;
const FULL = MIN_SPAN_WORDS;

interface Unit extends Span {
  readonly value: number;
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

const unitsOf = ({ text, pieces, weight }: SpanSource): readonly Unit[] => {
  const seen = new Set<string>();
  return pieces.map(({ start, end, bits }, index): Unit => {
    const word = text.slice(start, end).toLowerCase();
    const value = seen.has(word) ? 0 : weight * Math.max(0, bits - GRAMMAR_BITS);
    seen.add(word);
    TRAILING.lastIndex = end;
    TRAILING.test(text);
    // Marks before the first word are the first word's.
    return { start: index === 0 ? 0 : start, end: Math.max(end, TRAILING.lastIndex), value };
  });
};

/**
 * The spans of a text that are worth more than `price` for each of their tokens, gap marks included: of all choices of
 * spans of at least {@link MIN_SPAN_WORDS} words, the one with the most value left after paying. Verbatim, in order, apart from one
 * another by a word or more. A text of fewer words is one span or none. The higher the price, the less is kept. Pure;
 * O(words).
 */
export const chooseSpans = (source: SpanSource, price: number): readonly Span[] => {
  const units = unitsOf(source);
  if (units.length === 0) return [];
  const perUnit = source.tokens / Math.max(1, source.text.length);
  const gains = units.map(({ start, end, value }) => value - price * perUnit * (end - start));
  const least = Math.min(FULL, units.length);
  const opening = -price * GAP_TOKENS;
  const states = least + 1;
  /** For each word and state the state before it. */
  const before = new Uint8Array(units.length * states);
  let best = new Float64Array(states).fill(Number.NEGATIVE_INFINITY);
  best[OUT] = 0;
  for (const [place, gain] of gains.entries()) {
    const next = new Float64Array(states).fill(Number.NEGATIVE_INFINITY);
    const reach = (state: number, from: number, value: number): void => {
      if (value <= (next[state] as number)) return;
      next[state] = value;
      before[place * states + state] = from;
    };
    reach(OUT, OUT, best[OUT] as number);
    reach(OUT, least, best[least] as number);
    reach(1, OUT, (best[OUT] as number) + gain + (place === 0 ? 0 : opening));
    for (let state = 1; state < least; state += 1) reach(state + 1, state, (best[state] as number) + gain);
    reach(least, least, (best[least] as number) + gain);
    best = next;
  }
  let state = (best[least] as number) > (best[OUT] as number) ? least : OUT;
  const spans: Span[] = [];
  let last = -1;
  for (let place = units.length - 1; place >= 0; place -= 1) {
    const from = before[place * states + state] as number;
    if (state !== OUT && last === -1) last = place;
    if (state !== OUT && from === OUT) {
      spans.push({ start: (units[place] as Unit).start, end: (units[last] as Unit).end });
      last = -1;
    }
    state = from;
  }
  return spans.reverse();
};

/** The kept spans as a text, {@link GAP} where something was left out: before, between and after them. Empty without spans. */
export const renderSpans = (text: string, spans: readonly Span[]): string =>
  joinSpans(
    spans,
    spans.map(({ start, end }) => text.slice(start, end).trim()),
    text.length,
  );

/** Texts of spans, put together as {@link renderSpans} does; `length` is that of the whole text. */
export const joinSpans = (spans: readonly Span[], texts: readonly string[], length: number): string => {
  const [first] = spans;
  const last = spans.at(-1);
  if (first === undefined || last === undefined) return '';
  return [
    ...(first.start > 0 ? [GAP] : []),
    texts.join(` ${GAP} `),
    ...(last.end < length ? [GAP] : []),
  ].join(' ');
};

/** The texts of spans, from what {@link joinSpans} made of them: each as long as its span. */
export const splitSpans = (joined: string, spans: readonly Span[]): readonly string[] => {
  let at = spans[0] !== undefined && spans[0].start > 0 ? GAP.length + 1 : 0;
  return spans.map(({ start, end }) => {
    const text = joined.slice(at, at + end - start);
    at += end - start + GAP.length + 2;
    return text;
  });
};

/**
 * The spans of texts that tell more for each of their tokens than all of them together do: {@link chooseSpans} at their own mean price;
 * undefined where nothing is gained by leaving something out. Pure; O(words).
 */
export const bestSpans = (
  sources: readonly Omit<SpanSource, 'weight'>[],
): { readonly spans: readonly (readonly Span[])[]; readonly share: number } | undefined => {
  const weighed = sources.map((source) => ({ ...source, weight: 1 }));
  const units = weighed.map(unitsOf);
  const total = sum(units.flat().map(({ value }) => value));
  const tokens = sum(sources.map((source) => source.tokens));
  if (total === 0 || tokens === 0) return undefined;
  const spans = weighed.map((source) => chooseSpans(source, total / tokens));
  const held = sum(
    units.flatMap((own, place) =>
      own
        .filter((unit) => spans[place]?.some(({ start, end }) => unit.start >= start && unit.end <= end))
        .map(({ value }) => value),
    ),
  );
  return held === 0 ? undefined : { spans, share: held / total };
};

/** Prices that are tried until they are this close; each try reads all texts. */
const TRIES = 24;

/**
 * Shortens texts, all at one price, so that what is kept of them has at most `capacity` tokens as `count` counts them:
 * the same cut everywhere, so that no text gives up more than another loses. Gives spans in the order of the sources;
 * all of each where all fit. Pure; O(words) for each of 24 tries.
 */
export const shortenToFit = (
  sources: readonly SpanSource[],
  capacity: number,
  count: (text: string) => number,
): readonly (readonly Span[])[] => {
  if (sources.reduce((sum, { tokens }) => sum + tokens, 0) <= capacity)
    return sources.map(({ text }) => [{ start: 0, end: text.length }]);
  const at = (price: number): readonly (readonly Span[])[] =>
    sources.map((source) => chooseSpans(source, price));
  const fits = (all: readonly (readonly Span[])[]): boolean => {
    let left = capacity;
    return all.every((spans, place) => {
      left -= spans.length === 0 ? 0 : count(renderSpans((sources[place] as SpanSource).text, spans));
      return left >= 0;
    });
  };
  let low = 0;
  // No word is worth as much as this for each of its tokens, so nothing is kept.
  let high = 1 + Math.max(0, ...sources.map(({ weight, tokens }) => weight * 16 * Math.max(1, tokens)));
  let kept: readonly (readonly Span[])[] = sources.map(() => []);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const price = (low + high) / 2;
    const all = at(price);
    if (fits(all)) {
      kept = all;
      high = price;
    } else low = price;
  }
  return kept;
};
