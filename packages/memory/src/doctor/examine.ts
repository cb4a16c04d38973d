import type { CallOptions } from '@retentive/core';
import { throwIfAborted } from '@retentive/core';
import type { Journal, JournalFault, ScopeKey } from '../journal/journal.ts';
import { probeArchive } from '../scope/archive-opener.ts';
import type { ScopeRegistry } from '../scope/scope-registry.ts';
import type { VectorRegistry } from '../scope/vector-registry.ts';
import type { DoctorOptions, DoctorReport, ProjectionReport } from '../upkeep-types.ts';
import { digestScope, type StateProjection } from './scope-digest.ts';

/** What is examined. */
export interface ExaminedParts {
  readonly journal: Journal;
  readonly scopes: ScopeRegistry;
  readonly vectors: VectorRegistry;
  readonly path: string | undefined;
}

type Projection = ProjectionReport['projection'];

const PROJECTIONS = [
  'messages',
  'postings',
  'facts',
  'core',
  'jobs',
  'retention',
  'archive',
  'vectors',
] as const satisfies readonly Projection[];

interface ScopeFinding {
  readonly key: ScopeKey;
  readonly compared: readonly Projection[];
  readonly wrong: readonly Projection[];
  readonly faults: readonly JournalFault[];
}

/** One in use is written to; that of another scope is looked at. */
const examineArchive = async (
  { scopes, path }: ExaminedParts,
  key: ScopeKey,
): ReturnType<typeof probeArchive> => {
  const fault = scopes.examineArchive(key)?.fault;
  if (fault !== undefined) return { wrong: fault };
  return path === undefined ? 'unused' : probeArchive(path, key);
};

/** One scope: what is in memory beside what the journal gives, then its vectors. */
const examineScope = async (
  parts: ExaminedParts,
  key: ScopeKey,
  options: CallOptions,
): Promise<ScopeFinding> => {
  const { scopes, vectors } = parts;
  const compared: Projection[] = [];
  const wrong: Projection[] = [];
  const faults: JournalFault[] = [];
  const fault = (projection: Projection, problem: string): void => {
    wrong.push(projection);
    // Labels are no content, and an operator has to find the scope.
    faults.push({ check: projection, problem: `tenant "${key.tenant}", user "${key.user}": ${problem}` });
  };
  const fresh = await scopes.compare(
    key,
    (live, made) => {
      if (live === undefined) return made;
      const [is, should] = [digestScope(live), digestScope(made)];
      for (const name of Object.keys(is) as StateProjection[]) {
        compared.push(name);
        if (is[name] !== should[name]) fault(name, 'in memory it is not what the journal gives');
      }
      return made;
    },
    options,
  );
  const archive = await examineArchive(parts, key);
  if (archive !== 'unused') compared.push('archive');
  if (archive !== 'unused' && archive !== 'sound') {
    fault('archive', `it stays in memory, because its file cannot be written: ${archive.wrong}`);
  }
  const problem = await vectors.audit(key, fresh);
  if (problem !== 'unused') compared.push('vectors');
  if (problem !== 'unused' && problem !== 'sound') fault('vectors', problem.wrong);
  return { key, compared, wrong, faults };
};

interface Examination {
  readonly report: Omit<DoctorReport, 'repaired'>;
  readonly findings: readonly ScopeFinding[];
  readonly journalIsSound: boolean;
}

const examine = async (parts: ExaminedParts, options: CallOptions): Promise<Examination> => {
  const { journal, path } = parts;
  const faults = await journal.check(options);
  const [keys, open, complete, torn, queued, dead] = await Promise.all([
    journal.scopes(options),
    journal.sources({ state: 'open' }, options),
    journal.sources({ state: 'complete' }, options),
    journal.sources({ state: 'torn' }, options),
    journal.jobs({ state: 'queued' }, options),
    journal.jobs({ state: 'dead' }, options),
  ]);
  const isReadable = !faults.some(({ check }) => check === 'integrity' || check === 'body');
  const findings: ScopeFinding[] = [];
  // What cannot be read cannot be compared; the faults of the journal say so.
  for (const key of isReadable ? keys : []) {
    throwIfAborted(options.signal, 'the examination');
    findings.push(await examineScope(parts, key, options));
  }
  const all = [...faults, ...findings.flatMap((finding) => finding.faults)];
  const count = (list: 'compared' | 'wrong', projection: Projection): number =>
    findings.filter((finding) => finding[list].includes(projection)).length;
  return {
    report: {
      ok: all.length === 0,
      ...(path === undefined ? {} : { path }),
      scopes: keys.length,
      messages: { open: open.length, complete: complete.length, torn: torn.length },
      jobs: { queued: queued.length, dead: dead.length },
      faults: all,
      projections: PROJECTIONS.map((projection) => ({
        projection,
        compared: count('compared', projection),
        wrong: count('wrong', projection),
      })),
    },
    findings,
    journalIsSound: faults.length === 0,
  };
};

const repair = async (
  { journal, scopes, vectors }: ExaminedParts,
  { findings, journalIsSound }: Examination,
  options: CallOptions,
): Promise<DoctorReport['repaired']> => {
  const repaired: { what: string; count: number }[] = [];
  if (!journalIsSound) {
    for (const [what, count] of Object.entries(await journal.repair(options))) {
      repaired.push({ what: `journal: ${what}`, count });
    }
  }
  const isInMemory = (projection: Projection): boolean =>
    projection !== 'vectors' && projection !== 'archive';
  const stale = findings.filter(({ wrong }) => !journalIsSound || wrong.some(isInMemory));
  let reloaded = 0;
  for (const { key } of stale) if (await scopes.reload(key)) reloaded += 1;
  repaired.push({ what: 'projections in memory', count: reloaded });
  const lost = findings.filter(({ wrong }) => wrong.includes('vectors'));
  for (const { key } of lost) await vectors.rebuild(key, await scopes.load(key), options);
  repaired.push({ what: 'vectors', count: lost.length });
  return repaired.filter(({ count }) => count > 0);
};

/**
 * Looks the journal through, and compares each projection in use with one made anew from it. With `repair`, makes anew what
 * differs, and looks again. Asks no model; vectors want their embedder.
 */
export const runDoctor = async (parts: ExaminedParts, options: DoctorOptions): Promise<DoctorReport> => {
  const calls = { signal: options.signal };
  const found = await examine(parts, calls);
  if (found.report.ok || options.repair !== true) return { ...found.report, repaired: [] };
  const repaired = await repair(parts, found, calls);
  const { report } = await examine(parts, calls);
  return { ...report, repaired };
};
