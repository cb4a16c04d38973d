import { chunkIdOf, type JobId, type MessageId } from '@retentive/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { digestScope } from '../../src/doctor/scope-digest.ts';
import { createInMemoryScopeArchive } from '../../src/episodic/in-memory-scope-archive.ts';
import type { Cut, EntryBody, JournalEntry, SourceId } from '../../src/journal/journal.ts';
import type { Excerpt } from '../../src/retention/excerpt.ts';
import { DEFAULT_RETENTION_WEIGHTS } from '../../src/retention/score.ts';
import {
  createScopeState,
  FOLLOWED_KINDS,
  type ScopeSnapshot,
  type ScopeState,
} from '../../src/scope/scope-state.ts';
import { openScopeResources } from '../support/scope-resources.ts';

const SCOPE = { tenant: 'default', user: 'anna' };
const WORDS = [
  'kayak',
  'ferry',
  'Lisbon',
  'we met at nine',
  '今日は雨',
  'I like my boat',
  'why?',
  'ok',
] as const;

/** Numbers choose among what there is. */
const step = fc.record({
  type: fc.constantFrom(
    ...(['say', 'say', 'say', 'stream', 'go on', 'end', 'resume', 'pin', 'access', 'note'] as const),
  ),
  word: fc.nat(WORDS.length - 1),
  times: fc.integer({ min: 1, max: 6 }),
  at: fc.nat(1_000),
  thread: fc.constantFrom('a', 'b'),
  minutes: fc.nat(400),
});

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

interface Said {
  readonly id: SourceId;
  length: number;
  state: 'open' | 'complete' | 'torn';
  cuts: number;
  cutTo: number;
}

const textOf = ({ word, times }: Step): string => `${WORDS[word]}. `.repeat(times);

const say = (id: SourceId, step: Step, time: number): EntryBody => {
  const { type, times, at, thread } = step;
  const text = textOf(step);
  const isWhole = type === 'say';
  return {
    kind: 'source',
    source: {
      type: 'message',
      id: id as MessageId,
      role: at % 3 === 0 ? 'assistant' : 'user',
      thread,
      time,
      origin: 'user',
      remember: true,
      ...(at % 4 === 0 ? { speaker: 'Miranda' } : {}),
    },
    state: isWhole ? 'complete' : 'open',
    text,
    cuts: isWhole ? [[text.length, times * 3]] : [],
  };
};

/** What a step does to a source that is there; undefined where it can do nothing. */
const CHANGES: Record<
  Exclude<Step['type'], 'say' | 'stream'>,
  (source: Said, step: Step, count: number) => EntryBody | undefined
> = {
  'go on'(source, step) {
    if (source.state !== 'open') return undefined;
    const text = textOf(step);
    const offset = source.length;
    source.length += text.length;
    if (step.at % 2 !== 0) return { kind: 'text', id: source.id, offset, text, cuts: [] };
    source.cuts += 1;
    source.cutTo = source.length;
    return { kind: 'text', id: source.id, offset, text, cuts: [[source.length, step.times * 3]] };
  },
  end(source, { at }) {
    if (source.state !== 'open') return undefined;
    source.state = at % 2 === 0 ? 'complete' : 'torn';
    const cuts: readonly Cut[] = source.cutTo < source.length ? [[source.length, 2]] : [];
    source.cuts += cuts.length;
    source.cutTo = source.length;
    return { kind: 'closed', id: source.id, state: source.state, length: source.length, cuts };
  },
  resume(source, { at }) {
    if (source.state !== 'torn') return undefined;
    source.state = 'open';
    source.cuts = at % (source.cuts + 1);
    // What is cut next reaches to the end.
    source.cutTo = -1;
    return { kind: 'resumed', id: source.id, keep: source.cuts };
  },
  pin: ({ id }, { at }) => ({ kind: 'pin', id: id as MessageId, pinned: at % 2 === 0 }),
  access: ({ id, cuts }, { at }) =>
    cuts === 0 ? undefined : { kind: 'access', items: [chunkIdOf(id, at % cuts)] },
  note: ({ id }, { at }, count) => ({
    kind: 'job',
    job: {
      id: `job ${count}` as JobId,
      type: 'extract:none',
      source: id,
      state: at % 2 === 0 ? 'dead' : 'done',
      attempts: 1,
    },
  }),
};

/** What a journal could hold, made of steps. */
const bodiesOf = (steps: readonly Step[]): readonly EntryBody[] => {
  const bodies: EntryBody[] = [];
  const sources: Said[] = [];
  let time = 0;
  for (const step of steps) {
    time += step.minutes * 60_000;
    if (step.type === 'say' || step.type === 'stream') {
      const id = `m${sources.length}` as SourceId;
      const body = say(id, step, time);
      const length = textOf(step).length;
      const isWhole = step.type === 'say';
      sources.push({
        id,
        length,
        state: isWhole ? 'complete' : 'open',
        cuts: isWhole ? 1 : 0,
        cutTo: isWhole ? length : 0,
      });
      bodies.push(body);
      continue;
    }
    const source = sources[step.at % Math.max(1, sources.length)];
    const body = source === undefined ? undefined : CHANGES[step.type](source, step, bodies.length);
    if (body !== undefined) bodies.push(body);
  }
  return bodies;
};

/** Without the moment of arrivals: one that came back does so when it is decided on. */
const episodicOf = ({ episodic }: ScopeState): unknown => {
  const { arrivals, ...rest } = episodic.state();
  const chunks = arrivals.map(([, source, , , position]) => ({ source, position }));
  return { ...rest, chunks: chunks.sort((a, b) => a.position - b.position) };
};

const byPosition = (a: Excerpt, b: Excerpt): number => a.chunk.position - b.chunk.position;

it('goes on from a checkpoint as if it had read the whole journal, wherever it was made and however often', async () => {
  const plain = { ...(await openScopeResources()), capacity: 60 };
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 5, maxLength: 60 }),
      fc.array(fc.nat(60), { minLength: 1, maxLength: 3 }),
      fc.record({ spans: fc.boolean(), novelty: fc.constantFrom(0, 1) }),
      (steps, stops, { spans, novelty }) => {
        const weights = { ...DEFAULT_RETENTION_WEIGHTS, novelty };
        const resources = { ...plain, spans, weights };
        const entries = bodiesOf(steps).map(
          (body, index): JournalEntry => ({ sequence: index + 1, scope: SCOPE, recordedAt: index, body }),
        );
        const whole = createScopeState(resources, createInMemoryScopeArchive());
        const archive = createInMemoryScopeArchive();
        let state = createScopeState(resources, archive);
        for (const [index, entry] of entries.entries()) {
          whole.apply(entry);
          state.apply(entry);
          if (!stops.includes(index)) continue;
          const snapshot = JSON.stringify(state.state());
          const { sequence } = entry;
          archive.save(
            { sequence, recordedAt: entry.recordedAt, state: snapshot },
            state.episodic.changedSources(),
          );
          state = createScopeState(resources, archive, JSON.parse(snapshot) as ScopeSnapshot);
          for (const earlier of entries.slice(0, index + 1)) {
            if (FOLLOWED_KINDS.some((kind) => kind === earlier.body.kind)) state.applyFollowed(earlier);
          }
        }
        expect(digestScope(state)).toEqual(digestScope(whole));
        // Through JSON, which knows no negative zero.
        expect(JSON.stringify(state.retention.report())).toBe(JSON.stringify(whole.retention.report()));
        expect(episodicOf(state)).toEqual(episodicOf(whole));
        expect([...state.excerpts()].sort(byPosition)).toEqual([...whole.excerpts()].sort(byPosition));
      },
    ),
    { numRuns: Number(process.env['RETENTIVE_TRIALS'] ?? 100) },
  );
});
