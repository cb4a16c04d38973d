import { readFile } from 'node:fs/promises';
import type { Fact } from '@retentive/core';
import { createRuleExtractor } from '../../../src/writing/rules/rule-extractor.ts';
import { inProcess } from '../../support/memories.ts';

/** What the rules made of one group of wordings. */
export interface WordingsScore {
  readonly expected: number;
  readonly found: number;
  readonly kept: number;
  readonly wrong: number;
  /** For whoever develops: what was missed, and what was kept wrongly. */
  readonly remarks: readonly string[];
}

/** One line: what is said, message by message, and what must be known at its end. */
interface Wording {
  readonly said: readonly string[];
  readonly facts: readonly string[];
}

const SPEAKER = 'Rita';
const DAY = 86_400_000;
/** Changes are told long after what they change, corrections at once. */
const LATER: Readonly<Record<string, number>> = { change: 300 * DAY, end: 300 * DAY };
const AT_ONCE = 3_600_000;

/**
 * Reads a file of wordings. `# group` begins a group; a line is `message ; message | fact ; fact`. A message that begins with
 * `A:` is the assistant's. Facts: `attribute=value` of the speaker, `Subject:attribute=value` of another; `-` before a fact
 * says that it was known and is no longer, `~` that it is known not to be so. An empty value stands for any.
 */
export const readWordings = async (name: string): Promise<ReadonlyMap<string, readonly Wording[]>> => {
  const text = await readFile(new URL(name, import.meta.url), 'utf8');
  const groups = new Map<string, Wording[]>();
  let open: Wording[] = [];
  for (const line of text.split('\n').filter((each) => each !== '')) {
    if (line.startsWith('# ')) {
      open = [];
      groups.set(line.slice(2), open);
      continue;
    }
    const [said = '', facts = ''] = line.split(' |');
    const parts = (list: string): string[] =>
      list
        .split(' ; ')
        .map((part) => part.trim())
        .filter((part) => part !== '');
    open.push({ said: parts(said), facts: parts(facts) });
  }
  return groups;
};

const plain = (text: string | undefined): string =>
  (text ?? '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}@:+.-]+/gu, ' ')
    .replace(/\.$/u, '')
    .trim();

const FACT = /^(?<mark>[-~]?)(?:(?<subject>[^:=]*[^:=\s]):(?=.*=))?(?<attribute>[^=]+)=(?<value>.*)$/u;
const KNOWN_FAMILIES = new Set(['family', 'favorite']);

const parseFact = (source: string) => {
  const { mark = '', subject, attribute = '', value = '' } = FACT.exec(source)?.groups ?? {};
  const isFamily = subject !== undefined && KNOWN_FAMILIES.has(subject.split(':')[0] ?? '');
  const [owner, ...rest] = (subject ?? '').split(':');
  if (isFamily) return { mark, subject: SPEAKER, attribute: `${subject}:${attribute}`, value };
  return {
    mark,
    subject: subject === undefined ? SPEAKER : (owner ?? ''),
    attribute: [...rest, attribute].join(':'),
    value,
  };
};

const fits = (fact: Fact, wanted: ReturnType<typeof parseFact>): boolean =>
  plain(fact.subject) === plain(wanted.subject) &&
  plain(fact.attribute) === plain(wanted.attribute) &&
  ` ${plain(fact.value)} `.includes(plain(wanted.value));

const show = ({ subject, attribute, value, negated }: Fact): string =>
  `${negated ? '~' : ''}${subject}:${attribute}=${value ?? ''}`;

/** Says every wording of a group to a memory of its own and compares what is known then. */
export const measureWordings = async (wordings: readonly Wording[], group = ''): Promise<WordingsScore> => {
  const place = await inProcess();
  const memory = await place.open({ extractor: createRuleExtractor() });
  let [expected, found, kept, wrong] = [0, 0, 0, 0];
  const remarks: string[] = [];
  for (const [index, { said, facts }] of wordings.entries()) {
    const scope = memory.scope({ tenant: 'wordings', user: `case-${index}` });
    const seen: Fact[] = [];
    let known: readonly Fact[] = [];
    for (const content of said) {
      place.clock.advance(LATER[group] ?? AT_ONCE);
      const message = content.startsWith('A: ')
        ? ({ role: 'assistant', content: content.slice(3) } as const)
        : ({ role: 'user', speaker: SPEAKER, content } as const);
      await (await scope.observe(message)).settled();
      known = await scope.facts();
      seen.push(...known);
    }
    const wanted = facts.map(parseFact);
    const missed = wanted.filter((each) => {
      const now = known.filter((fact) => fits(fact, each));
      if (each.mark === '') return !now.some(({ negated }) => !negated);
      if (each.mark === '~') return !now.some(({ negated }) => negated);
      return now.some(({ negated }) => !negated) || !seen.some((fact) => fits(fact, each));
    });
    const positive = known.filter(({ negated }) => !negated);
    const false_ = positive.filter((fact) => !wanted.some((each) => each.mark === '' && fits(fact, each)));
    expected += wanted.length;
    found += wanted.length - missed.length;
    kept += positive.length;
    wrong += false_.length;
    if (missed.length + false_.length > 0) {
      remarks.push(
        `${said.join(' / ')}\n    missed: ${missed.map((each) => `${each.mark}${each.subject}:${each.attribute}=${each.value}`).join(', ') || '-'}\n    known: ${known.map(show).join(', ') || '-'}`,
      );
    }
  }
  await memory.close();
  await place.remove();
  return { expected, found, kept, wrong, remarks };
};
