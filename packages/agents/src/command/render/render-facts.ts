import type { Fact } from '@retentive/core';
import type { Colors } from '../terminal.ts';
import { renderTable } from './render-table.ts';

const TEXT_WIDTH = 60;

const day = (time: number | undefined): string =>
  time === undefined ? '' : new Date(time).toISOString().slice(0, 10);

/** Facts as a table: what is held true, when it holds, when it was recorded, how far it is trusted. Pure. */
export const renderFacts = (facts: readonly Fact[], colors: Colors): string =>
  facts.length === 0
    ? `${colors.dim('No such facts.')}\n`
    : renderTable(
        [
          { head: 'id' },
          { head: 'fact', width: TEXT_WIDTH },
          { head: 'from' },
          { head: 'until' },
          { head: 'recorded' },
          { head: 'trust', number: true },
          { head: 'status' },
        ],
        facts.map(({ id, text, valid, recorded, trust, status }) => [
          id,
          text,
          day(valid.from),
          day(valid.until),
          day(recorded.from),
          trust.toFixed(2),
          status,
        ]),
        colors,
      );
