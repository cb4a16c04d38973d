import type { CoreBlock, Evidence, Fact } from '@retentive/core';

/** A fact as a tool's result shows it: times are ISO 8601, absent ends are open. */
export interface FactView {
  readonly id: string;
  readonly text: string;
  readonly subject?: string | undefined;
  readonly attribute?: string | undefined;
  readonly value?: string | undefined;
  readonly validFrom?: string | undefined;
  readonly validUntil?: string | undefined;
  readonly recordedAt?: string | undefined;
  readonly status: Fact['status'];
  /** 0 to 1. */
  readonly trust: number;
  readonly sources: readonly { readonly source: string; readonly origin: Evidence['origin'] }[];
}

/** A core block as a tool's result shows it. */
export type BlockView = Pick<CoreBlock, 'label' | 'lines' | 'version'>;

/** A moment as models read and write it. */
export const isoTime = (time: number | undefined): string | undefined =>
  time === undefined ? undefined : new Date(time).toISOString();

/** A fact for a tool's result. */
export const viewFact = (fact: Fact): FactView => ({
  id: fact.id,
  text: fact.text,
  subject: fact.subject,
  attribute: fact.attribute,
  value: fact.value,
  validFrom: isoTime(fact.valid.from),
  validUntil: isoTime(fact.valid.until),
  recordedAt: isoTime(fact.recorded.from),
  status: fact.status,
  trust: fact.trust,
  sources: fact.sources.map(({ source, origin }) => ({ source, origin })),
});

/** A core block for a tool's result. */
export const viewBlock = ({ label, lines, version }: CoreBlock): BlockView => ({ label, lines, version });
