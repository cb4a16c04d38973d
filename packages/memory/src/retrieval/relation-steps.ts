import type { Fact } from '@retentive/core';
import type { Analyzer } from '../index/analyzer.ts';
import { attributesCalled, isMentioned } from '../semantic/attribute-names.ts';
import { kinOf, normaliseName } from '../semantic/fact-lookup.ts';
import type { RelatedSources } from './related-entities.ts';

/** A fact that a query may follow. */
export interface Step {
  readonly fact: Fact;
  /** How surely it is meant, 0 to 1. */
  readonly strength: number;
  /** Terms of the query that name the relation. */
  readonly by: readonly string[];
}

/** Words of a query that may stand for an attribute, and what its facts must mention where they name but a part of it. */
interface AskedBy {
  readonly run: string;
  readonly mentions: readonly string[] | undefined;
}

/** Attributes that a query may ask for, each with the words that say so. */
export type AskedAttributes = ReadonlyMap<string, readonly AskedBy[]>;

/** Facts of one attribute that are followed, attributes that are looked at, facts by their words. */
const MOST_FACTS = 8;
const MOST_ATTRIBUTES = 256;
const NEAR_FACTS = 64;
/** A fact that only has words of the query says less of where it leads than one whose attribute the query names. */
const WORDS_SHARE = 0.6;
const LEAST_STRENGTH = 0.3;

/** Every run of up to so many words, without "'s" at its end. */
export const runsOf = (words: readonly string[], most: number): readonly string[] =>
  words.flatMap((_, start) =>
    Array.from({ length: Math.min(most, words.length - start) }, (_each, more) =>
      words
        .slice(start, start + more + 1)
        .join(' ')
        .replace(/['’]s?$/u, ''),
    ),
  );

/** The attributes that words may stand for. */
export const attributesIn = (words: readonly string[]): AskedAttributes => {
  const found = new Map<string, AskedBy[]>();
  for (const run of runsOf(words, 2)) {
    for (const { attribute, mentions } of attributesCalled(run)) {
      const by = found.get(attribute) ?? [];
      found.set(attribute, by);
      by.push({ run, mentions });
    }
  }
  return found;
};

/** Attributes of which words are left that may stand for the whole of them. */
export const attributesLeft = (
  asked: AskedAttributes,
  analyze: Analyzer,
  spent: ReadonlySet<string>,
): ReadonlySet<string> => {
  const isLeft = ({ run, mentions }: AskedBy): boolean =>
    mentions === undefined && analyze(run).some((term) => !spent.has(term));
  return new Set([...asked].flatMap(([attribute, runs]) => (runs.some(isLeft) ? [attribute] : [])));
};

/** What steps are looked for by. */
export interface StepParts {
  readonly sources: RelatedSources;
  readonly asked: AskedAttributes;
  /** Terms of the query, and those that no name and no step before has used up. */
  readonly terms: readonly string[];
  readonly left: readonly string[];
}

/** Facts of an attribute that the query names, by its own words or by those that it goes by. */
const stepsByAttribute = (
  names: readonly string[],
  attribute: string,
  { sources: { analyze, read }, asked, terms }: StepParts,
): readonly Step[] => {
  const runs = asked.get(attribute) ?? [];
  const words = analyze(kinOf(attribute) ?? attribute);
  const named = words.length > 0 && words.every((term) => terms.includes(term)) ? words : [];
  if (runs.length === 0 && named.length === 0) return [];
  return read({ about: names, attribute, limit: MOST_FACTS }).flatMap((fact) => {
    const meant = runs.filter(({ mentions }) => mentions === undefined || isMentioned(mentions, fact));
    if (named.length === 0 && meant.length === 0) return [];
    return [{ fact, strength: 1, by: [...named, ...meant.flatMap(({ run }) => analyze(run))] }];
  });
};

/** Facts of some entities that have words of the query, among the nearest to these words and the names. */
const stepsByWords = (
  names: readonly string[],
  isOwn: (fact: Fact) => boolean,
  { sources: { semantic, factTerms, analyze, accepts }, left }: StepParts,
): readonly Step[] => {
  if (left.length === 0) return [];
  const words = [...left, ...names].join(' ');
  return factTerms
    .nearest(words, NEAR_FACTS, () => true)
    .flatMap(({ id }) => {
      const fact = semantic.fact(id);
      if (fact === undefined || !isOwn(fact) || !accepts(id)) return [];
      const by = [...new Set(analyze(fact.text))].filter((term) => left.includes(term));
      return [{ fact, strength: (WORDS_SHARE * by.length) / left.length, by }];
    });
};

/** Facts that a query may follow from some entities, by the place of the entity: surest first, each once. */
export const stepsFrom = (
  entities: readonly { readonly names: readonly string[] }[],
  parts: StepParts,
): readonly (readonly Step[])[] => {
  const { semantic } = parts.sources;
  const owners = new Map(
    entities.flatMap(({ names }, place) => names.map((name) => [normaliseName(name), place] as const)),
  );
  const ownerOf = ({ subject }: Fact): number | undefined =>
    subject === undefined ? undefined : owners.get(normaliseName(subject));
  const all = entities.flatMap(({ names }) => names);
  const byWords = stepsByWords(all, (fact) => ownerOf(fact) !== undefined, parts);
  return entities.map(({ names }, place) => {
    const attributes = names.flatMap((name) => semantic.attributesOf(name)).slice(0, MOST_ATTRIBUTES);
    const known = new Set<string>();
    return [
      ...[...new Set(attributes)].flatMap((attribute) => stepsByAttribute(names, attribute, parts)),
      ...byWords,
    ]
      .filter(({ fact, strength }) => strength >= LEAST_STRENGTH && ownerOf(fact) === place)
      .sort((a, b) => b.strength - a.strength)
      .filter(({ fact }) => !known.has(fact.id) && known.add(fact.id));
  });
};
