import type { BlockChange, CoreVersion, Fact, FactId, Operation, Tokenizer } from '@retentive/core';
import { changeLines, PROFILE_BLOCK } from '../core-blocks/core-blocks.ts';
import type { ScopeKey } from '../journal/journal.ts';
import { ownValue } from '../own-value.ts';
import type { ScopeState } from '../scope/scope-state.ts';
import { deriveId } from '../writing/derive-id.ts';

/** Name and version of what writes the profile; part of every id that it makes. */
const PROFILE_WRITER = 'profile-1';

/** Most tokens of lines that are written without being asked for: the other half is the user's. */
const OWN_TOKENS = PROFILE_BLOCK.limit / 2;

/**
 * What a stranger would want to know of the user before anything else, and what changes least. What is not named here is not
 * important enough to stand in every context.
 */
const IMPORTANCE: Readonly<Record<string, number>> = {
  name: 10,
  allergy: 9,
  health: 8,
  diet: 8,
  home: 8,
  relationship: 7,
  family: 6,
  job: 7,
  employer: 6,
  birthday: 6,
  age: 5,
  language: 5,
  pet: 5,
  studies: 4,
  school: 4,
  education: 4,
  favourite: 3,
  favorite: 3,
};

/** Least trust of a fact that stands in every context. */
const LEAST_TRUST = 0.5;

const REASON = 'kept in the profile';

/** A version that this writer made. */
const isOwn = ({ because, premises, change }: CoreVersion): boolean =>
  because === REASON && (premises.length > 0 || change.type === 'remove');

const isUserWord = ({ sources }: Fact): boolean => sources.some(({ origin }) => origin === 'user');

const importanceOf = ({ attribute = '', negated }: Fact): number => {
  const [head = ''] = attribute.split(/[ :/]/u);
  return negated ? 0 : (ownValue(IMPORTANCE, attribute) ?? ownValue(IMPORTANCE, head) ?? 0);
};

interface Standing {
  /** Lines that this writer put there, and the fact of each. */
  readonly lines: ReadonlyMap<string, FactId>;
  /** Facts whose line somebody took out: it is not written again. */
  readonly refused: ReadonlySet<FactId>;
}

/** What of a block is this writer's, as its versions tell. */
const standingOf = (versions: readonly CoreVersion[]): Standing => {
  const lines = new Map<string, FactId>();
  const refused = new Set<FactId>();
  for (const version of versions) {
    const { change, premises } = version;
    const known = lines.get(change.line);
    if (change.type !== 'append') {
      lines.delete(change.line);
      if (known !== undefined && !isOwn(version)) refused.add(known);
    }
    const fact = premises[0];
    if (isOwn(version) && fact !== undefined)
      lines.set(change.type === 'replace' ? change.by : change.line, fact);
  }
  return { lines, refused };
};

/** The facts that are to have a line, most important first, as many as there is room for. No line is ever cut. */
const choose = (
  { semantic }: ScopeState,
  names: readonly string[],
  refused: ReadonlySet<FactId>,
  now: number,
  tokenizer: Tokenizer,
): readonly Fact[] => {
  const subjects = new Set(names.map((name) => name.toLowerCase()));
  const ranked = semantic
    .facts({ about: names, now })
    .filter(
      ({ agent, subject = '', status }) =>
        agent === undefined && subjects.has(subject.toLowerCase()) && status === 'current',
    )
    .filter(
      (fact) =>
        (fact.valid.from ?? 0) <= now &&
        fact.trust >= LEAST_TRUST &&
        isUserWord(fact) &&
        !refused.has(fact.id),
    )
    .map((fact) => ({ fact, importance: importanceOf(fact) }))
    .filter(({ importance }) => importance > 0)
    .sort(
      (a, b) =>
        b.importance - a.importance ||
        b.fact.sources.length - a.fact.sources.length ||
        (b.fact.recorded.from ?? 0) - (a.fact.recorded.from ?? 0) ||
        (a.fact.id < b.fact.id ? -1 : 1),
    );
  const chosen: Fact[] = [];
  const texts = new Set<string>();
  let left = OWN_TOKENS;
  for (const { fact } of ranked) {
    const tokens = tokenizer.count(`${fact.text}\n`);
    if (tokens > left || texts.has(fact.text) || /\p{Cc}/u.test(fact.text)) continue;
    chosen.push(fact);
    texts.add(fact.text);
    left -= tokens;
  }
  return chosen;
};

/** What a profile is planned with. */
export interface ProfileParts {
  readonly key: ScopeKey;
  readonly state: ScopeState;
  /** Names of the user among the subjects of facts. */
  readonly names: readonly string[];
  readonly now: number;
  readonly tokenizer: Tokenizer;
}

/**
 * The operations that bring the profile up to what is known of the user: a line for each important fact that the user has told,
 * replaced where something took its place, removed where it no longer holds, the least important left out where there is no
 * room. Lines of others stay as they are. Pure.
 */
export const planProfile = ({ key, state, names, now, tokenizer }: ProfileParts): readonly Operation[] => {
  const { label } = PROFILE_BLOCK;
  const { lines: own, refused } = standingOf(state.core.versions(label));
  const wanted = choose(state, names, refused, now, tokenizer);
  const byId = new Map(wanted.map((fact) => [fact.id, fact]));
  const operations: Operation[] = [];
  let lines = state.core.block(label)?.lines ?? [];
  const version = state.core.block(label)?.version ?? 0;
  const placed = new Set<FactId>();

  const write = (change: BlockChange, fact: Fact | undefined): void => {
    const next = changeLines(lines, change);
    if (next === undefined || next === lines) return;
    lines = next;
    const premises = fact === undefined ? {} : { premises: [fact.id] };
    operations.push({
      id: deriveId('operation', key, PROFILE_WRITER, version, operations.length, JSON.stringify(change)),
      kind: change.type === 'append' ? 'add' : change.type === 'replace' ? 'update' : 'retract',
      target: { store: 'core', label, change, ...premises },
      because: REASON,
      sources: fact?.sources.filter(({ origin }) => origin === 'user') ?? [],
    });
  };

  for (const [line, id] of own) {
    if (!lines.includes(line)) continue;
    if (byId.get(id)?.text === line) {
      placed.add(id);
      continue;
    }
    const heir = byId.get(state.semantic.fact(id)?.replacedBy as FactId);
    if (heir === undefined || placed.has(heir.id) || lines.includes(heir.text))
      write({ type: 'remove', line }, undefined);
    else {
      write({ type: 'replace', line, by: heir.text }, heir);
      placed.add(heir.id);
    }
  }
  for (const fact of wanted) {
    if (placed.has(fact.id) || lines.includes(fact.text)) continue;
    if (tokenizer.count([...lines, fact.text].join('\n')) > PROFILE_BLOCK.limit) continue;
    write({ type: 'append', line: fact.text }, fact);
  }
  return operations;
};
