import type { Evidence, Operation, OperationTarget, SummaryPart } from '@retentive/core';

type EpisodeTarget = Extract<OperationTarget, { store: 'episode' }>;
type Gone = ReadonlySet<Evidence['source']>;

/** A model's sentence may tell what any of its sources said: it goes with each of them. */
const isLeft = (part: SummaryPart, gone: Gone): boolean =>
  'span' in part ? !gone.has(part.span[0]) : !part.sources.some((source) => gone.has(source));

/**
 * An operation on an episode as it stands without some messages: they are in it no more, nor their words in title and
 * summary. Undefined when nothing of it is left. The operation itself where it names none of them. Pure.
 */
export const withoutMessages = (
  operation: Operation,
  target: EpisodeTarget,
  gone: Gone,
): Operation | undefined => {
  const { stretch, summary } = target;
  const messages = stretch?.messages.filter(([id]) => !gone.has(id));
  const parts = summary?.filter((part) => isLeft(part, gone));
  const isNamed =
    (messages?.length ?? 0) < (stretch?.messages.length ?? 0) ||
    (parts?.length ?? 0) < (summary?.length ?? 0);
  if (!isNamed) return operation;
  if (messages?.length === 0) return undefined;
  // A summary that is only a model's falls back to the one before it.
  if (stretch === undefined && parts?.length === 0) return undefined;
  return {
    ...operation,
    target: {
      ...target,
      ...(stretch === undefined || messages === undefined
        ? {}
        : { stretch: { ...stretch, messages, title: stretch.title.filter(([id]) => !gone.has(id)) } }),
      ...(parts === undefined ? {} : { summary: parts }),
    },
  };
};
