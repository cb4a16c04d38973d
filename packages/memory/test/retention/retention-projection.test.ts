import type { Chunk } from '@retentive/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { openSurprisal } from '../../src/entropy/language-surprisal.ts';
import type { SurprisalSession, SurprisalSource } from '../../src/entropy/surprisal-source.ts';
import { createRetentionProjection } from '../../src/retention/retention-projection.ts';
import { DEFAULT_RETENTION_WEIGHTS, densityOf } from '../../src/retention/score.ts';
import { areaUnderCurve, generateTalk } from './generated-talk.ts';
import { makeChunk } from './make-chunk.ts';

const TALKS = 120;
const LINES = 21;

let surprisal: SurprisalSource;
beforeAll(async () => {
  surprisal = await openSurprisal();
});

const chunksOf = (seed: number): readonly (readonly [Chunk, boolean])[] =>
  generateTalk(seed, LINES).map(
    ({ text, isFact }, position) =>
      [
        makeChunk({ position, text, tokens: 10, speaker: position % 2 === 0 ? 'Anna' : 'Ben' }),
        isFact,
      ] as const,
  );

const talks = Array.from({ length: TALKS }, (_, seed) => seed);

describe('surprisal as a measure of what is worth keeping', () => {
  const curve = (open: () => SurprisalSession): number => {
    const facts: number[] = [];
    const filler: number[] = [];
    for (const seed of talks) {
      const session = open();
      for (const { text, isFact } of generateTalk(seed, LINES)) {
        (isFact ? facts : filler).push(densityOf(text, session.score(text)));
      }
    }
    return areaUnderCurve(facts, filler);
  };

  it('ranks one-off facts above small talk, and above what their length alone would do', () => {
    const lengths = (wanted: boolean): readonly number[] =>
      talks.flatMap((seed) =>
        generateTalk(seed, LINES).flatMap(({ text, isFact }) => (isFact === wanted ? [text.length] : [])),
      );
    const byLength = areaUnderCurve(lengths(true), lengths(false));
    const bySurprisal = curve(() => surprisal.openSession());
    expect(bySurprisal).toBeGreaterThan(0.95);
    expect(bySurprisal).toBeGreaterThan(byLength);
  });

  it('does not collapse over many sessions, as a model that learned from all of them would', () => {
    const late = (open: (seed: number) => SurprisalSession): number => {
      let last = 0;
      for (const seed of talks) {
        const session = open(seed);
        for (const { text } of generateTalk(5 * seed, LINES)) {
          const density = densityOf(text, session.score(text));
          if (generateTalk(5 * seed, LINES).some((line) => line.isFact && line.text === text)) last = density;
        }
      }
      return last;
    };
    const endless = surprisal.openSession();
    expect(late(() => surprisal.openSession())).toBeGreaterThan(1.2 * late(() => endless));
  });
});

describe('the retention of a scope', () => {
  const keptFacts = (weights = DEFAULT_RETENTION_WEIGHTS, keep = 5): number => {
    let kept = 0;
    for (const seed of talks) {
      const projection = createRetentionProjection({ surprisal, capacity: 10 * keep, sinks: 0, weights });
      const chunks = chunksOf(seed);
      for (const [chunk] of chunks) projection.onChunks([chunk], []);
      kept += chunks.filter(([chunk, isFact]) => isFact && !projection.isArchived(chunk.position)).length;
    }
    return kept / TALKS;
  };

  it('keeps the one fact among 21 messages of equal size where 5 fit; the newest 5 would never hold it', () => {
    expect(keptFacts()).toBeGreaterThan(0.95);
    const newest = talks.flatMap((seed) => chunksOf(seed).slice(-5)).filter(([, isFact]) => isFact);
    expect(newest).toEqual([]);
  });

  it('owes it to surprisal too: by surprisal alone the fact stays, and with no terms at all it is luck', () => {
    const none = Object.fromEntries(Object.keys(DEFAULT_RETENTION_WEIGHTS).map((name) => [name, 0]));
    const weights = { ...DEFAULT_RETENTION_WEIGHTS, ...none };
    expect(keptFacts({ ...weights, surprisal: 1 })).toBeGreaterThan(0.9);
    expect(keptFacts(weights)).toBeLessThan(0.4);
  });

  it('keeps what the user said, and not the pages an assistant wrote, without being told which is which', () => {
    const projection = createRetentionProjection({ surprisal, capacity: 1_500, sinks: 0 });
    const page = 'The recommended approach consists of several carefully considered steps. '.repeat(14);
    const said: Chunk[] = [];
    for (let turn = 0; turn < 60; turn += 1) {
      const user = makeChunk({
        position: 5 * turn,
        text: generateTalk(turn, 1)[0]?.text ?? '',
        speaker: 'user',
      });
      said.push(user);
      projection.onChunks([user], []);
      const parts = [1, 2, 3, 4].map((index) =>
        makeChunk({
          position: 5 * turn + index,
          text: page,
          role: 'assistant',
          source: `a${turn}`,
          index: index - 1,
        }),
      );
      projection.onChunks(parts, []);
    }
    expect(said.filter(({ position }) => projection.isArchived(position))).toEqual([]);
    expect(projection.archivedTokens).toBeGreaterThan(0);
    expect(projection.tokens).toBeLessThanOrEqual(1_500);
  });

  it('gives the same sets and scores when the same changes come again', () => {
    const replay = () => {
      const projection = createRetentionProjection({ surprisal, capacity: 120 });
      const gone: unknown[] = [];
      for (const seed of [1, 2, 3, 4]) {
        for (const [chunk] of chunksOf(seed)) {
          const moved = makeChunk({
            position: seed * 100 + chunk.position,
            text: chunk.text,
            session: `default/${seed}`,
          });
          gone.push(projection.onChunks([moved], []));
          if (chunk.position % 4 === 0) gone.push(projection.onAccess([moved]));
          if (chunk.position % 9 === 0) gone.push(projection.onPin([moved], seed % 2 === 0));
        }
      }
      return { gone, report: projection.report() };
    };
    const first = replay();
    expect(first.report.next.length).toBeGreaterThan(0);
    expect(replay()).toEqual(first);
  });

  it('brings a chunk back from the archive when it is used or pinned', () => {
    const projection = createRetentionProjection({ surprisal, capacity: 50, sinks: 0 });
    const chunks = chunksOf(3).map(([chunk]) => chunk);
    for (const chunk of chunks) projection.onChunks([chunk], []);
    const gone = chunks.filter(({ position }) => projection.isArchived(position));
    const [pinned, forgotten] = gone;
    if (pinned === undefined || forgotten === undefined) throw new Error('nothing was archived');
    expect(projection.onPin([pinned], true).length).toBeGreaterThan(0);
    expect(projection.isArchived(pinned.position)).toBe(false);
    const before = projection.archivedTokens;
    projection.onChunks([], [forgotten]);
    expect(projection.archivedTokens).toBe(before - forgotten.tokens);
    expect(projection.tokens).toBeLessThanOrEqual(50);
  });

  it('scores a message that grows as a whole, and takes back what is cut anew', () => {
    const text = 'I keep my grandmother’s recipe for plum dumplings in the blue tin. ';
    const part = (index: number, position: number): Chunk =>
      makeChunk({ position, source: 'long', index, text: text.repeat(3), tokens: 50 });
    const streamed = createRetentionProjection({ surprisal, capacity: 1_000, sinks: 0 });
    for (const index of [0, 1, 2]) streamed.onChunks([part(index, index)], []);
    const scores = streamed.report().next.map(({ score }) => score);
    expect(new Set(scores).size).toBe(1);
    streamed.onChunks([], [part(2, 2)]);
    expect(streamed.tokens).toBe(100);
    streamed.onChunks([part(2, 3)], []);
    expect(streamed.tokens).toBe(150);
    expect(streamed.report().next).toHaveLength(3);
  });
});
