import type { Fact, FactId } from '@retentive/core';
import type { Analyzer } from '../index/analyzer.ts';
import { attributesCalled, isMentioned } from '../semantic/attribute-names.ts';
import { namesOfEntity, type ReadFacts } from '../semantic/entity-names.ts';
import { relationsOf } from '../semantic/entity-relations.ts';
import { kinOf, normaliseName } from '../semantic/fact-lookup.ts';
import type { FactTerms } from '../semantic/fact-terms.ts';
import type { SemanticStore } from '../semantic/semantic-store.ts';
import { queryTerms } from './query-terms.ts';

/** Somebody or something that a query means by its relation to what it names. */
export interface RelatedEntity {
  readonly names: readonly string[];
  /** How surely it is meant, 0 to 1. */
  readonly strength: number;
  /** What says so. */
  readonly via: Fact;
}

/** What a query leads to. */
export interface Related {
  readonly entities: readonly RelatedEntity[];
  /** Terms of the query that neither name a start nor a relation on the way: what is asked of those it leads to. */
  readonly rest: readonly string[];
  /** Attributes that these may stand for. */
  readonly attributes: ReadonlySet<string>;
}

/** What is read to find them. */
export interface RelatedSources {
  readonly semantic: Pick<SemanticStore, 'isNamed' | 'attributesOf' | 'fact'>;
  readonly factTerms: Pick<FactTerms, 'nearest'>;
  readonly analyze: Analyzer;
  readonly read: ReadFacts;
  /** Whether a fact may be proposed. */
  readonly accepts: (id: FactId) => boolean;
  /** Names of the one whose memory it is. */
  readonly self: readonly string[];
}

/** Words of a query that are looked at, and most of them in one name. */
const MOST_WORDS = 64;
const NAME_WORDS = 4;
/** Names that a query starts from, and others that it leads to. */
const MOST_STARTS = 4;
const MOST_RELATED = 8;
/** "My sister's dog" takes two steps. */
const STEPS = 2;
/** Facts of one attribute that are followed, attributes that are looked at, facts by their words. */
const MOST_FACTS = 8;
const MOST_ATTRIBUTES = 256;
const NEAR_FACTS = 16;
/** A fact that only has words of the query says less of where it leads than one whose attribute the query names. */
const WORDS_SHARE = 0.6;
const LEAST_STRENGTH = 0.2;
/** The further away, the less sure. */
const STEP_SHARE = 0.8;

const WORD = /[\p{L}\p{M}\p{N}]+(?:[-'’.][\p{L}\p{M}\p{N}]+)*/gu;
const FIRST_PERSON = /^(?:i|i'm|i've|me|my|mine|we|our|ours)$/iu;

const withoutPossessive = (word: string): string => word.replace(/['’]s?$/u, '');

const runsOf = (words: readonly string[], most: number): readonly string[] =>
  words.flatMap((_, start) =>
    Array.from({ length: Math.min(most, words.length - start) }, (_each, more) =>
      withoutPossessive(words.slice(start, start + more + 1).join(' ')),
    ),
  );

/** Words of a query that may stand for an attribute, and what its facts must mention where they name but a part of it. */
interface AskedBy {
  readonly run: string;
  readonly mentions: readonly string[] | undefined;
}

/** Attributes that words of a query may stand for, with those words. */
const attributesIn = (words: readonly string[]): ReadonlyMap<string, readonly AskedBy[]> => {
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

interface Step {
  readonly fact: Fact;
  readonly strength: number;
  /** Terms of the query that name the relation. */
  readonly by: readonly string[];
}

/**
 * Whom a query leads to from those whom it names, or from the one who asks: along facts whose attribute it names or whose
 * words it has. Each is met once, so that circles end; the numbers above bound the work whatever the memory holds.
 */
export const findRelated = (query: string, sources: RelatedSources): Related => {
  const { semantic, factTerms, analyze, read, accepts, self } = sources;
  const words = (query.match(WORD) ?? []).slice(0, MOST_WORDS);
  const terms = [...queryTerms(words.join(' '), analyze).keys()];
  const asked = attributesIn(words);
  const met = new Set<string>();
  const spent = new Set<string>();
  const meet = (names: readonly string[]): void => {
    for (const name of names) met.add(normaliseName(name));
  };
  const isMet = (names: readonly string[]): boolean => names.some((name) => met.has(normaliseName(name)));
  const spend = (text: string): void => {
    for (const term of analyze(text)) spent.add(term);
  };

  const starts: (readonly string[])[] = [];
  const start = (name: string, mention: string): void => {
    spend(mention);
    const names = namesOfEntity(name, read, self);
    if (isMet(names) || starts.length === MOST_STARTS) return;
    meet(names);
    starts.push(names);
  };
  for (const run of runsOf(words, NAME_WORDS)) {
    const isName = semantic.isNamed(run) || self.some((own) => normaliseName(own) === normaliseName(run));
    if (isName) start(run, run);
  }
  if (words.some((word) => FIRST_PERSON.test(word))) start(self[0] ?? 'user', '');

  /** Facts of an entity that may be steps: by attributes that the query names, then by its words. */
  const stepsFrom = (names: readonly string[]): readonly Step[] => {
    const own = new Set(names.map(normaliseName));
    const isOwn = ({ subject }: Fact): boolean => subject !== undefined && own.has(normaliseName(subject));
    const steps = new Map<string, Step>();
    const add = (fact: Fact, strength: number, by: readonly string[]): void => {
      const before = steps.get(fact.id);
      if (isOwn(fact) && (before === undefined || before.strength < strength))
        steps.set(fact.id, { fact, strength, by });
    };
    const attributes = names.flatMap((name) => semantic.attributesOf(name)).slice(0, MOST_ATTRIBUTES);
    for (const attribute of new Set(attributes)) {
      const runs = asked.get(attribute) ?? [];
      const words = analyze(kinOf(attribute) ?? attribute);
      const named = words.filter((term) => terms.includes(term));
      const isNamed = words.length > 0 && named.length === words.length;
      if (runs.length === 0 && !isNamed) continue;
      for (const fact of read({ about: names, attribute, limit: MOST_FACTS })) {
        const meant = runs.filter(({ mentions }) => mentions === undefined || isMentioned(mentions, fact));
        if (isNamed || meant.length > 0)
          add(fact, 1, [...named, ...meant.flatMap(({ run }) => analyze(run))]);
      }
    }
    const left = terms.filter((term) => !spent.has(term));
    if (left.length > 0) {
      const near = factTerms.nearest(left.join(' '), NEAR_FACTS, (id) => {
        const fact = accepts(id) ? semantic.fact(id) : undefined;
        return fact !== undefined && isOwn(fact);
      });
      for (const { id } of near) {
        const fact = semantic.fact(id);
        if (fact === undefined) continue;
        const by = analyze(fact.text).filter((term) => left.includes(term));
        add(fact, (WORDS_SHARE * new Set(by).size) / left.length, by);
      }
    }
    return [...steps.values()].filter(({ strength }) => strength >= LEAST_STRENGTH);
  };

  const entities: RelatedEntity[] = [];
  let from: readonly { readonly names: readonly string[]; readonly strength: number }[] = starts.map(
    (names) => ({ names, strength: 1 }),
  );
  for (let step = 0; step < STEPS && from.length > 0; step += 1) {
    const next: RelatedEntity[] = [];
    for (const { names, strength } of from) {
      const own = new Set(names.map(normaliseName));
      const found = stepsFrom(names).flatMap(({ fact, strength: sure, by }) =>
        relationsOf(fact, { isNamed: semantic.isNamed, own }).map(({ to }) => ({ fact, to, sure, by })),
      );
      const ofAttribute = new Map<string, number>();
      for (const { fact } of found)
        ofAttribute.set(fact.attribute ?? '', (ofAttribute.get(fact.attribute ?? '') ?? 0) + 1);
      for (const { fact, to, sure, by } of found.toSorted((a, b) => b.sure - a.sure)) {
        const others = namesOfEntity(to, read, self);
        if (isMet(others) || entities.length + next.length === MOST_RELATED) continue;
        meet(others);
        for (const term of by) spent.add(term);
        // Of three brothers each may be meant.
        const among = Math.sqrt(ofAttribute.get(fact.attribute ?? '') ?? 1);
        next.push({ names: others, strength: (strength * STEP_SHARE * sure) / among, via: fact });
      }
    }
    entities.push(...next);
    from = next;
  }
  const rest = terms.filter((term) => !spent.has(term));
  const attributes = [...asked].filter(([, runs]) =>
    runs.some(({ run, mentions }) => mentions === undefined && analyze(run).some((term) => !spent.has(term))),
  );
  return { entities, rest, attributes: new Set(attributes.map(([attribute]) => attribute)) };
};
