import type { FactRecord } from './fact-record.ts';

/** Finds records by what they are about, without looking through all of them. */
export interface FactLookup {
  add(record: FactRecord): void;
  /** Records with one of these as subject or entity, in order of their recording. */
  named(anyOf: readonly string[]): readonly FactRecord[];
  /** Records of this subject and attribute, in order of their recording. */
  slot(subject: string, attribute: string): readonly FactRecord[];
  /** Records of this attribute, in order of their recording. */
  attribute(attribute: string): readonly FactRecord[];
}

/** Names as they are compared: whatever their case, width or spaces around them. */
export const normaliseName = (text: string): string => text.normalize('NFKC').toLowerCase().trim();

const slotName = (subject: string, attribute: string): string =>
  JSON.stringify([normaliseName(subject), normaliseName(attribute)]);

const push = (lists: Map<string, FactRecord[]>, key: string, record: FactRecord): void => {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [record]);
  else list.push(record);
};

/** Makes an empty {@link FactLookup}. Records are only ever added: what is no longer believed stays to be asked about. */
export const createFactLookup = (): FactLookup => {
  const names = new Map<string, FactRecord[]>();
  const slots = new Map<string, FactRecord[]>();
  const attributes = new Map<string, FactRecord[]>();
  return {
    add(record) {
      const { subject, attribute, entities = [] } = record.input;
      const about = new Set([...(subject === undefined ? [] : [subject]), ...entities].map(normaliseName));
      for (const name of about) push(names, name, record);
      if (attribute !== undefined) push(attributes, normaliseName(attribute), record);
      if (subject !== undefined && attribute !== undefined) {
        push(slots, slotName(subject, attribute), record);
      }
    },
    named(anyOf) {
      const found = new Set(anyOf.flatMap((name) => names.get(normaliseName(name)) ?? []));
      return [...found].sort((a, b) => a.ordinal - b.ordinal);
    },
    attribute: (attribute) => attributes.get(normaliseName(attribute)) ?? [],
    slot: (subject, attribute) => slots.get(slotName(subject, attribute)) ?? [],
  };
};
