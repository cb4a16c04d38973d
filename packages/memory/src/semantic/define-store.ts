import { type Fact, type FactInput, isRetentiveError, RetentiveError } from '@retentive/core';
import * as z from 'zod';
import type { FactsOptions } from '../fact-types.ts';
import type { ScopedMemory } from '../memory-types.ts';
import type { AttributeRule } from '../writing/rules/vocabulary.ts';
import { normaliseName } from './fact-lookup.ts';

type Fields = Readonly<Record<string, z.ZodType>>;

/** What a store holds of one subject: a list for a field with many values, and what is known of the others. */
export type StoredFields<Shape extends Fields> = {
  readonly [Field in keyof Shape]?: z.output<Shape[Field]>;
};

/** What may be written of one subject: for a field with many values, those to be added. */
export type FieldsToWrite<Shape extends Fields> = {
  readonly [Field in keyof Shape]?: z.input<Shape[Field]>;
};

/** Facts with named fields, so many values of each, and values that are checked. */
export interface FactStore<Shape extends Fields = Fields> {
  /** How values of an attribute relate; undefined where it is none of the fields. */
  ruleOf(attribute: string): AttributeRule | undefined;
  /** @throws FACT_INVALID for a value that its field does not take; attributes that are no field pass */
  check(fact: FactInput): void;
  /** What is believed of a subject, newest first. What was stored before the field took no such value is left out. */
  read(
    scope: Pick<ScopedMemory, 'facts'>,
    about: string,
    options?: Pick<FactsOptions, 'asOf' | 'knownAt' | 'signal'>,
  ): Promise<StoredFields<Shape>>;
  /** The facts that fields of a subject come to, for `proposeFacts`. @throws FACT_INVALID */
  facts(about: string, fields: FieldsToWrite<Shape>): readonly FactInput[];
}

interface Field {
  readonly name: string;
  readonly schema: z.ZodType;
  readonly rule: AttributeRule;
}

const unwrap = (schema: z.ZodType): z.ZodType =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault
    ? unwrap(schema.unwrap() as z.ZodType)
    : schema;

/** A value as its field's schema reads it: the text itself, or what its JSON says. */
const readValue = (schema: z.ZodType, value: string): z.ZodSafeParseResult<unknown> => {
  const asText = schema.safeParse(value);
  if (asText.success) return asText;
  try {
    return schema.safeParse(JSON.parse(value));
  } catch {
    return asText;
  }
};

const writeValue = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/**
 * Declares typed facts: an object schema of zod whose keys are attributes. A field that is an array has many values at once,
 * any other has one at a time. Give it to `openMemory({ stores })`: the decider goes by it, and facts that are written
 * through `changeFact` and `proposeFacts` or extracted must fit. Values are kept as text, others than strings as JSON.
 * @throws OPTION_INVALID for what is no object schema
 */
export const defineStore = <Shape extends Fields>(schema: z.ZodObject<Shape>): FactStore<Shape> => {
  if (!(schema instanceof z.ZodObject)) {
    throw new RetentiveError('OPTION_INVALID', 'a store is declared by an object schema of zod');
  }
  const fields = new Map<string, Field>();
  for (const [name, given] of Object.entries(schema.shape as Fields)) {
    const plain = unwrap(given);
    const isMany = plain instanceof z.ZodArray;
    fields.set(normaliseName(name), {
      name,
      schema: isMany ? (plain.element as z.ZodType) : plain,
      rule: { values: isMany ? 'many' : 'one', span: 'state' },
    });
  }
  const fieldOf = (attribute: string | undefined): Field | undefined =>
    attribute === undefined ? undefined : fields.get(normaliseName(attribute));

  const check = ({ attribute, value }: FactInput): void => {
    const field = fieldOf(attribute);
    // A statement without a value says something of all of them, such as that there is none.
    if (field === undefined || value === undefined) return;
    const result = readValue(field.schema, value);
    if (result.success) return;
    throw new RetentiveError(
      'FACT_INVALID',
      `"${field.name}" does not take this value: ${result.error.issues[0]?.message}`,
      { details: { attribute: field.name }, cause: result.error },
    );
  };

  return {
    ruleOf: (attribute) => fieldOf(attribute)?.rule,
    check,
    async read(scope, about, options = {}) {
      const found: Record<string, unknown> = {};
      for (const { name, schema: one, rule } of fields.values()) {
        const facts: readonly Fact[] = await scope.facts({ ...options, about, attribute: name });
        const values = facts.flatMap(({ value, negated }) => {
          const result = negated || value === undefined ? undefined : readValue(one, value);
          return result?.success ? [result.data] : [];
        });
        if (rule.values === 'many') found[name] = values;
        else if (values.length > 0) found[name] = values[0];
      }
      return found as StoredFields<Shape>;
    },
    facts(about, written) {
      return Object.entries(written).flatMap(([attribute, given]) => {
        if (given === undefined || given === null) return [];
        const field = fieldOf(attribute);
        if (field === undefined)
          throw new RetentiveError('FACT_INVALID', `the store has no field "${attribute}"`);
        const values: readonly unknown[] =
          field.rule.values === 'many' && Array.isArray(given) ? given : [given];
        return values.map((each) => {
          const value = writeValue(each);
          const fact = {
            text: `${about}: ${field.name} ${value}`,
            subject: about,
            attribute: field.name,
            value,
          };
          check(fact);
          return fact;
        });
      });
    },
  };
};

/** True where a store refuses the fact. */
export const isRefused = (stores: readonly FactStore[], fact: FactInput): boolean => {
  try {
    for (const store of stores) store.check(fact);
    return false;
  } catch (error) {
    if (isRetentiveError(error, 'FACT_INVALID')) return true;
    throw error;
  }
};
