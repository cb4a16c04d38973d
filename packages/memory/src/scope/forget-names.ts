import type { EntryBody } from '../journal/journal.ts';

/** Sources and facts that are gone. */
export interface GoneItems {
  readonly sources: ReadonlySet<string>;
  readonly facts: ReadonlySet<string>;
}

/** Kinds of entries that name items without being about them. */
export const NAMING_KINDS = ['access', 'context'] as const;

/** `source#index`, perhaps with offsets behind it; ids of sources may have either sign themselves. */
const CHUNK = /^(.+)#\d+(?:@[\d:,-]+)?$/su;

const isGone = (name: string, { sources, facts }: GoneItems): boolean => {
  const source = CHUNK.exec(name)?.[1];
  if (source !== undefined && sources.has(source)) return true;
  return facts.has(name) || facts.has(name.replace(/@-?[\d.e+]+$/u, ''));
};

/**
 * An access or a sent context without the items that are gone; undefined where it names none of them. An id may have been
 * chosen by a person, so that it tells of what it named.
 */
export const withoutNames = (body: EntryBody, gone: GoneItems): EntryBody | undefined => {
  const strip = (items: readonly string[]): readonly string[] | undefined => {
    const left = items.filter((name) => !isGone(name, gone));
    return left.length === items.length ? undefined : left;
  };
  if (body.kind === 'access') {
    const items = strip(body.items);
    return items && { ...body, items };
  }
  if (body.kind === 'context') {
    const items = strip(body.context.items);
    return items && { ...body, context: { ...body.context, items } };
  }
  return undefined;
};
