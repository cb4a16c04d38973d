import * as z from 'zod';

// Histories may be written by other people and programs: names that are clear are taken, whatever their spelling.

type Loose = Readonly<Record<string, unknown>>;

const isLoose = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The first of the fields that is there; names are compared without case, `_` and `-`. */
const field = (from: Loose, ...names: readonly string[]): unknown => {
  const plain = (name: string): string => name.toLowerCase().replace(/[_-]/gu, '');
  const fields = new Map(Object.entries(from).map(([name, value]) => [plain(name), value]));
  for (const name of names) {
    const value = fields.get(plain(name));
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
};

const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
};

/** Ms since epoch of a number (of seconds or ms) or a date. */
const timeOf = (value: unknown): number | undefined => {
  if (typeof value === 'number') return Math.abs(value) < 1e11 ? value * 1_000 : value;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  if (/^-?\d{9,}$/u.test(value)) return timeOf(Number(value));
  const parsed = Date.parse(/^\d{4}$/u.test(value) ? `${value}-01-01` : value);
  // What cannot be read is refused by the schema behind this.
  return parsed;
};

/** What an operation does, by the words that people use. */
const KINDS: Readonly<Record<string, 'add' | 'update' | 'supersede' | 'retract' | 'end' | 'skip'>> = {
  add: 'add',
  assert: 'add',
  insert: 'add',
  create: 'add',
  new: 'add',
  state: 'add',
  derive: 'add',
  update: 'update',
  correct: 'update',
  correction: 'update',
  edit: 'update',
  fix: 'update',
  supersede: 'supersede',
  replace: 'supersede',
  change: 'supersede',
  set: 'supersede',
  retract: 'retract',
  delete: 'retract',
  remove: 'retract',
  withdraw: 'retract',
  forget: 'retract',
  end: 'end',
  expire: 'end',
  close: 'end',
  stop: 'end',
  negate: 'end',
  skip: 'skip',
  none: 'skip',
  noop: 'skip',
};

const referenceSchema = z.union([
  z.string(),
  z.strictObject({ subject: z.string(), attribute: z.string(), value: z.string().optional() }),
]);

const operationSchema = z.strictObject({
  /** What later operations call it, and the fact that it makes. */
  ids: z.array(z.string()),
  kind: z.enum(['add', 'update', 'supersede', 'retract', 'end', 'skip']),
  subject: z.string().optional(),
  attribute: z.string().optional(),
  value: z.string().optional(),
  negated: z.boolean().optional(),
  text: z.string().optional(),
  /** Ms since epoch. */
  valid: z.strictObject({ from: z.number().optional(), until: z.number().optional() }),
  /** The fact, or the operation that made it, which this one is about. */
  replaces: referenceSchema.optional(),
  premises: z.array(referenceSchema),
  /** When it is recorded, ms since epoch. */
  time: z.number().optional(),
});

const factReference = (value: unknown): unknown => {
  if (!isLoose(value)) return textOf(value);
  const id = textOf(field(value, 'id', 'factId', 'operation'));
  const subject = textOf(field(value, 'subject', 'about', 'entity', 'person'));
  const attribute = textOf(field(value, 'attribute', 'predicate', 'property', 'relation', 'key', 'field'));
  const named = textOf(field(value, 'value', 'object'));
  if (subject === undefined || attribute === undefined) return id;
  return { subject, attribute, ...(named === undefined ? {} : { value: named }) };
};

/** The one shape that operations are read into. */
const plainOperation = (given: unknown): unknown => {
  if (!isLoose(given)) return given;
  const nested = field(given, 'fact', 'target', 'statement', 'payload', 'data');
  const outer = isLoose(nested) ? { ...nested, ...given } : given;
  const inner = isLoose(nested) ? nested : {};
  const word = textOf(field(given, 'kind', 'op', 'operation', 'action', 'type'))?.toLowerCase();
  const valid = field(outer, 'valid', 'validTime', 'interval');
  const between = isLoose(valid) ? valid : outer;
  const names = isLoose(valid) ? ['from', 'start', 'since'] : ['validFrom', 'from', 'since', 'start'];
  const ends = isLoose(valid) ? ['until', 'to', 'end'] : ['validUntil', 'validTo', 'until', 'to', 'end'];
  const premises = field(outer, 'premises', 'derivedFrom', 'because', 'dependsOn', 'basedOn');
  const replaced = field(
    given,
    'replaces',
    'supersedes',
    'updates',
    'corrects',
    'retracts',
    'targetId',
    'of',
    'old',
  );
  const target = typeof nested === 'string' ? nested : undefined;
  const from = timeOf(field(between, ...names));
  const until = timeOf(field(between, ...ends));
  const ids = [field(given, 'id'), field(inner, 'id'), field(given, 'factId'), field(given, 'operationId')];
  const kind = word === undefined ? word : (KINDS[word] ?? word);
  const aboutItself = kind === 'add' ? undefined : target;
  return {
    ids: [
      ...new Set([...ids.map(textOf), kind === 'add' ? target : undefined].filter((id) => id !== undefined)),
    ],
    kind,
    subject: textOf(field(outer, 'subject', 'about', 'entity', 'person', 'who')),
    attribute: textOf(field(outer, 'attribute', 'predicate', 'property', 'relation', 'key', 'field')),
    value: textOf(field(outer, 'value', 'object', 'newValue', 'to')),
    negated: field(outer, 'negated', 'not', 'negative'),
    text: textOf(field(outer, 'text', 'statement', 'sentence')),
    valid: { ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) },
    replaces: factReference(replaced ?? aboutItself),
    premises: (Array.isArray(premises) ? premises : premises === undefined ? [] : [premises])
      .map(factReference)
      .filter((premise) => premise !== undefined),
    time: timeOf(field(given, 'time', 'at', 'recorded', 'recordedAt', 'knownAt', 'timestamp', 'date')),
  };
};

const timeSchema = z.preprocess(timeOf, z.number());

const messageSchema = z.object({
  id: z.string(),
  thread: z.string().default('main'),
  role: z.enum(['user', 'assistant', 'tool', 'system']).default('user'),
  speaker: z.string().nullish(),
  time: timeSchema,
  content: z.string(),
});

/** A line of `histories.jsonl`. */
export const historySchema = z.object({
  id: z.string(),
  messages: z.array(messageSchema).default([]),
  operations: z.array(z.preprocess(plainOperation, operationSchema)).optional(),
});

/** A line of `probes.jsonl`. */
export const probeSchema = z.object({
  historyId: z.string(),
  ability: z.string(),
  question: z.string(),
  about: z.string(),
  attribute: z.string(),
  asOf: z.preprocess(timeOf, z.number().optional()),
  knownAt: z.preprocess(timeOf, z.number().optional()),
  answers: z
    .preprocess(
      (value) => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]),
      z.array(z.coerce.string()),
    )
    .default([]),
  absent: z.boolean().nullish(),
});

export type TruthOperation = z.output<typeof operationSchema>;
export type TruthMessage = z.output<typeof messageSchema>;
export type TruthHistory = z.output<typeof historySchema>;
export type TruthProbe = z.output<typeof probeSchema>;
