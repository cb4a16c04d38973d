import type { Chunk, ChunkId, Fact } from '@retentive/core';
import type { EpisodicStore } from '../episodic/episodic-types.ts';
import type { LexicalIndex } from '../index/lexical-index.ts';
import { kinOf, normaliseName } from '../semantic/fact-lookup.ts';
import type { ChunkTraits } from './chunk-traits.ts';
import type { FactCandidate } from './fact-candidates.ts';
import type { Related, RelatedEntity, RelatedSources } from './related-entities.ts';

/** What facts and chunks gain by being about what a query leads to. */
export interface RelatedGains {
  /** By chunk, 0 to 1. */
  readonly chunks: ReadonlyMap<ChunkId, number>;
  readonly facts: readonly FactCandidate[];
}

/** What gains are worked out from. */
export interface GainSources extends RelatedSources {
  readonly episodic: Pick<EpisodicStore, 'chunksOf' | 'loadedAt' | 'speakers'>;
  readonly lexical: Pick<LexicalIndex, 'top' | 'inverseDocumentFrequency'>;
  readonly traitsOf: (chunk: Chunk) => ChunkTraits;
}

export const NO_GAINS: RelatedGains = { chunks: new Map(), facts: [] };

/** Facts of one entity, chunks that name it, and names by which these are looked for. */
const MOST_FACTS = 16;
const NEAR_FACTS = 64;
const MOST_CHUNKS = 64;
const MOST_NAMES = 4;
const MOST_SOURCES = 4;
/** A chunk that only names the entity may tell something else of it. */
const NAMED_SHARE = 0.4;
/** Of more chunks than these that name it, each is the less likely meant. */
const FEW_CHUNKS = 4;
/** The fact that leads there. */
const VIA_SHARE = 0.6;
/** A fact that is less surely meant is not worth a line. */
const LEAST_SCORE = 0.5;

/**
 * What a query leads to, as gains: facts about it by what is asked, the chunks they were told in, and chunks that name it, by
 * how much of what is asked they have. Whoever speaks is in half of the talk by name; of them only facts tell.
 */
export const relatedGains = ({ entities, rest, attributes }: Related, sources: GainSources): RelatedGains => {
  const { analyze, factTerms, semantic, accepts, read, episodic, lexical, traitsOf } = sources;
  const chunks = new Map<ChunkId, number>();
  const facts = new Map<string, FactCandidate>();
  const speakers = new Set([...episodic.speakers].map(normaliseName));
  const weights = new Map(rest.map((term) => [term, lexical.inverseDocumentFrequency(term)]));
  const all = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const shareOf = (terms: Iterable<string>): number => {
    let sum = 0;
    for (const term of new Set(terms)) sum += weights.get(term) ?? 0;
    return all === 0 ? 0 : sum / all;
  };

  const gainChunk = ({ id }: Chunk, gain: number): void => {
    if (gain > (chunks.get(id) ?? 0)) chunks.set(id, gain);
  };
  const gainFact = (fact: Fact, score: number): void => {
    if (!accepts(fact.id)) return;
    if (score >= LEAST_SCORE && score > (facts.get(fact.id)?.score ?? 0))
      facts.set(fact.id, { fact, score, isRelated: true });
    for (const { source, start = 0, end = Number.POSITIVE_INFINITY } of fact.sources.slice(0, MOST_SOURCES)) {
      for (const chunk of episodic.chunksOf(source)) {
        if (chunk.offset < end && start < chunk.offset + chunk.text.length) gainChunk(chunk, score);
      }
    }
  };

  const isAsked = (attribute: string): boolean => {
    if (attributes.has(attribute)) return true;
    const terms = analyze(kinOf(attribute) ?? attribute);
    return terms.length > 0 && terms.every((term) => weights.has(term));
  };

  const gainAsked = ({ names, strength }: RelatedEntity): void => {
    for (const attribute of new Set(names.flatMap((name) => semantic.attributesOf(name)))) {
      if (!isAsked(normaliseName(attribute))) continue;
      for (const fact of read({ about: names, attribute, limit: MOST_FACTS })) gainFact(fact, strength);
    }
  };

  /** Facts about any of them that have words of what is asked. */
  const gainNear = (): void => {
    const strengths = new Map(
      entities.flatMap(({ names, strength }) =>
        names.map((name) => [normaliseName(name), strength] as const),
      ),
    );
    const strengthOf = ({ subject = '', entities: named }: Fact): number =>
      Math.max(...[subject, ...named].map((name) => strengths.get(normaliseName(name)) ?? 0));
    const words = [...rest, ...entities.flatMap(({ names }) => names)].join(' ');
    for (const { id } of factTerms.nearest(words, NEAR_FACTS, () => true)) {
      const fact = semantic.fact(id);
      const strength = fact === undefined ? 0 : strengthOf(fact);
      if (fact !== undefined && strength > 0) gainFact(fact, strength * shareOf(analyze(fact.text)));
    }
  };

  const gainNamed = ({ names, strength }: RelatedEntity): void => {
    for (const name of names.slice(0, MOST_NAMES)) {
      const terms = [...new Set(analyze(name))];
      if (terms.length === 0 || speakers.has(normaliseName(name))) continue;
      const naming = lexical.top(terms, MOST_CHUNKS).flatMap(({ ordinal }) => {
        const chunk = episodic.loadedAt(ordinal);
        const said = new Set(chunk === undefined ? [] : traitsOf(chunk).terms());
        return chunk !== undefined && terms.every((term) => said.has(term)) ? [{ chunk, said }] : [];
      });
      const base = NAMED_SHARE * Math.min(1, FEW_CHUNKS / naming.length);
      for (const { chunk, said } of naming) gainChunk(chunk, strength * (base + (1 - base) * shareOf(said)));
    }
  };

  for (const entity of entities) {
    gainAsked(entity);
    gainNamed(entity);
    if (entity.via !== undefined) gainFact(entity.via, VIA_SHARE * entity.strength);
  }
  if (entities.length > 0 && rest.length > 0) gainNear();
  return { chunks, facts: [...facts.values()] };
};
