import type { FactRecord } from './fact-record.ts';

/** Finds records by what they are about, without looking through all of them. */
export interface FactLookup {
  add(record: FactRecord): void;
  /** Every record, in order of its recording. */
  all(): readonly FactRecord[];
  /** Records with one of these as subject or entity, of an attribute where one is named, in order of their recording. */
  named(anyOf: readonly string[], attribute?: string): readonly FactRecord[];
  /** Records of this subject and attribute, in order of their recording. */
  slot(subject: string, attribute: string): readonly FactRecord[];
  /** Attributes that this subject has or had. */
  attributesOf(subject: string): readonly string[];
  /** Records that say that somebody or something is called so, by its name or a relation; in order of their recording. */
  calling(name: string): readonly FactRecord[];
  /** Whether anything was recorded about this name. */
  isNamed(name: string): boolean;
  /** Records of this attribute, in order of their recording. */
  attribute(attribute: string): readonly FactRecord[];
}

/** Names as they are compared: whatever their case, width or spaces around them. */
export const normaliseName = (text: string): string => text.normalize('NFKC').toLowerCase().trim();

const slotName = (subject: string, attribute: string): string =>
  JSON.stringify([normaliseName(subject), normaliseName(attribute)]);

/** The attribute by which two names are said to be of one entity. */
export const SAME_AS = 'same as';

const OWN_NAMES: ReadonlySet<string> = new Set(['name', 'nickname']);

/** Whether the value of an attribute is the name of its subject. */
export const isOwnName = (attribute: string): boolean => OWN_NAMES.has(normaliseName(attribute));

/** The relation of an attribute `family:<relation>`. */
export const kinOf = (attribute: string): string | undefined =>
  /^family:(.+)$/u.exec(normaliseName(attribute))?.[1];

/** Whether the value of an attribute is a name for something. */
const callsByName = (attribute: string): boolean =>
  normaliseName(attribute) === SAME_AS || isOwnName(attribute) || kinOf(attribute) !== undefined;

const push = (lists: Map<string, FactRecord[]>, key: string, record: FactRecord): void => {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [record]);
  else list.push(record);
};

const NONE: readonly FactRecord[] = [];

/** Makes an empty {@link FactLookup}. Records are only ever added: what is no longer believed stays to be asked about. */
export const createFactLookup = (): FactLookup => {
  const names = new Map<string, FactRecord[]>();
  const slots = new Map<string, FactRecord[]>();
  const named = new Map<string, FactRecord[]>();
  const attributes = new Map<string, FactRecord[]>();
  const calling = new Map<string, FactRecord[]>();
  const ofSubject = new Map<string, Set<string>>();
  const all: FactRecord[] = [];
  return {
    all: () => all,
    add(record) {
      all.push(record);
      const { subject, attribute, value, entities = [] } = record.input;
      const about = new Set([...(subject === undefined ? [] : [subject]), ...entities].map(normaliseName));
      for (const name of about) {
        push(names, name, record);
        if (attribute !== undefined) push(named, slotName(name, attribute), record);
      }
      if (attribute !== undefined) push(attributes, normaliseName(attribute), record);
      if (attribute !== undefined && value !== undefined && callsByName(attribute)) {
        push(calling, normaliseName(value), record);
      }
      if (subject !== undefined && attribute !== undefined) {
        const name = normaliseName(subject);
        const known = ofSubject.get(name) ?? new Set();
        ofSubject.set(name, known.add(normaliseName(attribute)));
        push(slots, slotName(subject, attribute), record);
      }
    },
    named(anyOf, attribute) {
      const lists = anyOf.map(
        (name) =>
          (attribute === undefined ? names.get(normaliseName(name)) : named.get(slotName(name, attribute))) ??
          NONE,
      );
      const [only = NONE] = lists;
      if (lists.length < 2) return only;
      const found = new Set(lists.flat());
      return [...found].sort((a, b) => a.ordinal - b.ordinal);
    },
    calling: (name) => calling.get(normaliseName(name)) ?? NONE,
    isNamed: (name) => names.has(normaliseName(name)) || calling.has(normaliseName(name)),
    attributesOf: (subject) => [...(ofSubject.get(normaliseName(subject)) ?? [])],
    attribute: (attribute) => attributes.get(normaliseName(attribute)) ?? [],
    slot: (subject, attribute) => slots.get(slotName(subject, attribute)) ?? [],
  };
};
