import type { Fact, FactId } from '@retentive/core';
import type { Analyzer } from '../index/analyzer.ts';
import { namesOfEntity, type ReadFacts } from '../semantic/entity-names.ts';
import { relationsOf } from '../semantic/entity-relations.ts';
import { normaliseName } from '../semantic/fact-lookup.ts';
import type { FactTerms } from '../semantic/fact-terms.ts';
import type { SemanticStore } from '../semantic/semantic-store.ts';
import { queryTerms } from './query-terms.ts';
import { attributesIn, attributesLeft, runsOf, type Step, stepsFrom } from './relation-steps.ts';

/** Somebody or something that a query means by its relation to what it names. */
export interface RelatedEntity {
  readonly names: readonly string[];
  /** How surely it is meant, 0 to 1. */
  readonly strength: number;
  /** What says so; none where the query has one of its other names. */
  readonly via?: Fact | undefined;
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
/** The further away, the less sure. */
const STEP_SHARE = 0.8;

const WORD = /[\p{L}\p{M}\p{N}]+(?:[-'’.][\p{L}\p{M}\p{N}]+)*/gu;
const FIRST_PERSON = /^(?:i|i'm|i've|me|my|mine|we|our|ours)$/iu;

/** Entities, each under all of its names, as a walk meets them. */
const createMet = () => {
  const met = new Set<string>();
  return {
    /** False where one of the names was met before. */
    meet(names: readonly string[]): boolean {
      const keys = names.map(normaliseName);
      const isNew = !keys.some((key) => met.has(key));
      if (isNew) for (const key of keys) met.add(key);
      return isNew;
    },
  };
};

/** How many steps share an attribute: of three brothers each may be meant. */
const countAttributes = (steps: readonly Step[]): ReadonlyMap<string | undefined, number> => {
  const counts = new Map<string | undefined, number>();
  for (const { fact } of steps) counts.set(fact.attribute, (counts.get(fact.attribute) ?? 0) + 1);
  return counts;
};

/**
 * Whom a query leads to from those whom it names, or from the one who asks: along facts whose attribute it names or whose
 * words it has. Each is met once, so that circles end; the numbers above bound the work whatever the memory holds.
 */
export const findRelated = (query: string, sources: RelatedSources): Related => {
  const { semantic, analyze, read, self } = sources;
  const words = (query.match(WORD) ?? []).slice(0, MOST_WORDS);
  const terms = [...queryTerms(words.join(' '), analyze).keys()];
  const asked = attributesIn(words);
  const spent = new Set<string>();
  const left = (): readonly string[] => terms.filter((term) => !spent.has(term));
  const { meet } = createMet();

  const named = runsOf(words, NAME_WORDS).filter(
    (run) => semantic.isNamed(run) || self.some((own) => normaliseName(own) === normaliseName(run)),
  );
  for (const term of named.flatMap(analyze)) spent.add(term);
  const isAboutAsker = words.some((word) => FIRST_PERSON.test(word));
  const starts = [...named, ...(isAboutAsker ? self.slice(0, 1) : [])]
    .map((name) => namesOfEntity(name, read, self))
    .filter(meet)
    .slice(0, MOST_STARTS);

  const said = new Set(runsOf(words, NAME_WORDS).map(normaliseName));
  const isSelf = (names: readonly string[]): boolean => self.slice(0, 1).some((own) => names.includes(own));
  // "Ana's sister" names Mia by another name: what is said of Mia has no word of it.
  const entities: RelatedEntity[] = starts.flatMap((names) => {
    const others = names.filter((name) => !said.has(normaliseName(name)));
    return others.length === 0 || isSelf(names) ? [] : [{ names: others, strength: STEP_SHARE }];
  });
  const follow = (
    { fact, strength, by }: Step,
    from: Pick<RelatedEntity, 'names' | 'strength'>,
    among: number,
  ): readonly RelatedEntity[] => {
    const own = new Set(from.names.map(normaliseName));
    const found = relationsOf(fact, { isNamed: semantic.isNamed, own })
      .map(({ to }) => namesOfEntity(to, read, self))
      .filter(meet)
      .slice(0, MOST_RELATED - entities.length)
      .map((names) => ({
        names,
        strength: (from.strength * STEP_SHARE * strength) / Math.sqrt(among),
        via: fact,
      }));
    if (found.length > 0) for (const term of by) spent.add(term);
    entities.push(...found);
    return found;
  };

  let from: readonly Pick<RelatedEntity, 'names' | 'strength'>[] = starts.map((names) => ({
    names,
    strength: 1,
  }));
  for (let step = 0; step < STEPS; step += 1) {
    const found = stepsFrom(from, { sources, asked, terms, left: left() });
    from = from.flatMap((start, place) => {
      const steps = found[place] ?? [];
      const counts = countAttributes(steps);
      return steps.flatMap((each) => follow(each, start, counts.get(each.fact.attribute) ?? 1));
    });
  }
  return { entities, rest: left(), attributes: attributesLeft(asked, analyze, spent) };
};
