import type { BlockChange, CoreBlock, CoreVersion } from '@retentive/core';
import type { JournalEntry } from '../journal/journal.ts';

/** The block every scope has, and its limit in tokens, as in Mem-alpha. */
export const PROFILE_BLOCK = { label: 'profile', limit: 512 } as const;

/** Core memory of a scope: small labelled blocks, a projection of the journal's operations. */
export interface CoreBlocks {
  /** Every block that has a line, by label: now, or as they stood at a recorded time. */
  blocks(at?: number): readonly CoreBlock[];
  block(label: string): CoreBlock | undefined;
  /** Every version of every block, or of one, oldest first; those that had been made by then. */
  versions(label?: string, at?: number): readonly CoreVersion[];
  apply(entry: JournalEntry): CoreBlock | undefined;
}

/** The lines after a change; undefined when the line it names is not there. A line that is there is not added again. */
export const changeLines = (lines: readonly string[], change: BlockChange): readonly string[] | undefined => {
  if (change.type === 'append') return lines.includes(change.line) ? lines : [...lines, change.line];
  const at = lines.indexOf(change.line);
  if (at < 0) return undefined;
  if (change.type === 'remove') return lines.toSpliced(at, 1);
  if (change.type !== 'replace') return undefined;
  return lines.includes(change.by) && change.by !== change.line
    ? lines.toSpliced(at, 1)
    : lines.with(at, change.by);
};

/** Makes empty {@link CoreBlocks}. */
export const createCoreBlocks = (): CoreBlocks => {
  const blocks = new Map<string, CoreBlock>();
  const versions: CoreVersion[] = [];

  const blocksAt = (at: number): ReadonlyMap<string, CoreBlock> => {
    const standing = new Map<string, CoreBlock>();
    for (const { label, lines, version, recordedAt } of versions) {
      if (recordedAt > at) break;
      const limit = blocks.get(label)?.limit ?? PROFILE_BLOCK.limit;
      standing.set(label, { label, lines, version, limit, updatedAt: recordedAt });
    }
    return standing;
  };

  return {
    blocks(at = Number.POSITIVE_INFINITY) {
      const standing = at === Number.POSITIVE_INFINITY ? blocks : blocksAt(at);
      return [...standing.values()].filter((block) => block.lines.length > 0);
    },
    block: (label) => blocks.get(label),
    versions: (label, at = Number.POSITIVE_INFINITY) =>
      versions.filter(
        (version) => (label === undefined || version.label === label) && version.recordedAt <= at,
      ),
    apply({ body, recordedAt }) {
      if (body.kind !== 'operation') return undefined;
      const { id: operation, agent, target, because, sources, undoes } = body.operation;
      if (target.store !== 'core') return undefined;
      const { label, change, premises = [] } = target;
      const before = blocks.get(label);
      // Two writers may name the same line; the second then changes nothing, at each replay alike.
      const lines = changeLines(before?.lines ?? [], change);
      if (lines === undefined) return undefined;
      const after: CoreBlock = {
        label,
        lines,
        version: (before?.version ?? 0) + 1,
        limit: before?.limit ?? PROFILE_BLOCK.limit,
        updatedAt: recordedAt,
      };
      blocks.set(label, after);
      versions.push({
        label,
        version: after.version,
        lines,
        change,
        operation,
        ...(agent === undefined ? {} : { agent }),
        because,
        sources,
        premises,
        ...(undoes === undefined ? {} : { undoes }),
        recordedAt,
      });
      return after;
    },
  };
};
