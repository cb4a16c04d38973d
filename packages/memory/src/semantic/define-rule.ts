import { RetentiveError } from '@retentive/core';

/** Facts that a rule goes by, or the one that it makes. What begins with `?` is a variable: the same text wherever it stands. */
export interface FactPattern {
  readonly subject: string;
  readonly attribute: string;
  /** Left out: whatever the value. */
  readonly value?: string | undefined;
  /** Default false. */
  readonly negated?: boolean | undefined;
}

/** From facts that hold together, another one. */
export interface DerivationRule {
  /** Names the rule in reasons and ids: a rule that says something else has another id. */
  readonly id: string;
  /** 1 to 4 patterns, all of which must hold at one time. */
  readonly when: readonly FactPattern[];
  readonly conclude: FactPattern;
  /** The fact as a sentence, with variables. Default: subject, attribute and value. */
  readonly text?: string | undefined;
}

const MAX_PATTERNS = 4;
const VARIABLE = /\?[\p{L}\p{N}_]+/gu;

/** True for a variable of a pattern. */
export const isVariable = (term: string): boolean => /^\?[\p{L}\p{N}_]+$/u.test(term);

const refuse = (id: unknown, message: string): never => {
  throw new RetentiveError('OPTION_INVALID', `the rule ${JSON.stringify(id)} ${message}`);
};

const termsOf = ({ subject, value }: FactPattern): readonly string[] => [
  subject,
  ...(value === undefined ? [] : [value]),
];

const isPattern = (pattern: FactPattern | undefined): boolean =>
  typeof pattern?.subject === 'string' &&
  typeof pattern.attribute === 'string' &&
  pattern.attribute.trim() !== '' &&
  !isVariable(pattern.attribute) &&
  (pattern.value === undefined || typeof pattern.value === 'string');

/**
 * Declares a rule for `openMemory({ rules })`. What follows from it is written by operations with the facts it follows from
 * as premises, so that it falls with them and a replay needs no rule. @throws OPTION_INVALID for a rule without an id, with
 * no or more than four patterns, with a variable for an attribute, with a `text` that is none, or with a variable anywhere in
 * `conclude` or `text` that `when` does not bind
 */
export const defineRule = (rule: DerivationRule): DerivationRule => {
  const { id, when, conclude, text } = rule ?? {};
  if (typeof id !== 'string' || id.trim() === '') refuse(id, 'has no id');
  if (!Array.isArray(when) || when.length === 0 || when.length > MAX_PATTERNS) {
    refuse(id, `has 1 to ${MAX_PATTERNS} patterns in \`when\``);
  }
  if (![...when, conclude].every(isPattern))
    refuse(id, 'has a pattern without a subject and an attribute as text');
  if (text !== undefined && (typeof text !== 'string' || text.trim() === '')) {
    refuse(id, `has a \`text\` that is ${typeof text === 'string' ? 'empty' : 'none'}`);
  }
  const bound = new Set(when.flatMap(termsOf).filter(isVariable));
  // Found as they are filled in: also within other words.
  const filled = text === undefined ? termsOf(conclude) : [...termsOf(conclude), text];
  const used = filled.flatMap((term) => term.match(VARIABLE) ?? []);
  const free = used.find((variable) => !bound.has(variable));
  if (free !== undefined) refuse(id, `says ${free} of what \`when\` does not find`);
  return rule;
};

/** What variables stand for. */
export type Bindings = ReadonlyMap<string, string>;

/** A text with its variables put in. */
export const fillIn = (text: string, bindings: Bindings): string =>
  text.replace(VARIABLE, (variable) => bindings.get(variable) ?? variable);
