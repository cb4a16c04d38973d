import type { Callbacks } from '@langchain/core/callbacks/manager';
import { Document, type DocumentInterface } from '@langchain/core/documents';
import { BaseRetriever, type BaseRetrieverInput } from '@langchain/core/retrievers';
import type { RunnableConfig } from '@langchain/core/runnables';
import { type Budget, type ContextItem, type ContextSource, parseBudget, type Role } from '@retentive/core';
import type { ScopedMemory } from '@retentive/memory';
import { withAbort } from './with-abort.ts';

/** Options of {@link RetentiveRetriever}, beside LangChain's own `callbacks`, `tags`, `metadata` and `verbose`. */
export interface RetentiveRetrieverFields extends BaseRetrieverInput {
  readonly scope: ScopedMemory;
  /** Limit of all documents together, their labels included. Default 1,024 tokens. */
  readonly budget?: Budget | undefined;
  /** Only this thread. Default every thread of the user. */
  readonly thread?: string | undefined;
  /** Also what retention has moved out of the working set. Default false. */
  readonly archive?: boolean | undefined;
  /** `relevance`: best first, as rerankers expect it. `context`: as memory would lay it out. Default `relevance`. */
  readonly order?: 'relevance' | 'context' | undefined;
}

/** Metadata of each document: what it is from, and why it was chosen. */
export interface RetentiveDocumentMetadata {
  /** What it is from, and the id of that: a message, document, fact, episode, example, or label of a core block. */
  readonly type: ContextSource['type'];
  readonly source: string;
  /** The chunks, where it is from a message or document. */
  readonly ids: readonly string[];
  readonly title?: string | undefined;
  readonly thread?: string | undefined;
  readonly role?: Role | undefined;
  readonly speaker?: string | undefined;
  /** ISO 8601. */
  readonly time?: string | undefined;
  /** Comparable inside one retrieval only. */
  readonly score: number;
  readonly why: string;
  readonly matched: readonly string[];
  readonly tokens: number;
  /** The context that it was chosen for. */
  readonly context: string;
}

const originOf = (
  source: ContextSource,
): Pick<RetentiveDocumentMetadata, 'type' | 'source' | 'ids' | 'title'> => {
  switch (source.type) {
    case 'message':
      return { type: 'message', source: source.message, ids: source.chunks };
    case 'document':
      return { type: 'document', source: source.document, ids: source.chunks, title: source.title };
    case 'fact':
      return { type: 'fact', source: source.fact, ids: [] };
    case 'episode':
      return { type: 'episode', source: source.episode, ids: source.messages };
    case 'note':
      return { type: 'note', source: source.note, ids: [] };
    case 'example':
      return { type: 'example', source: source.example, ids: [] };
    case 'core':
      return { type: 'core', source: source.label, ids: [] };
  }
};

const documentOf = (item: ContextItem, context: string): Document<RetentiveDocumentMetadata> => {
  const { source, text, tokens, thread, role, speaker, time, why } = item;
  const origin = originOf(source);
  return new Document({
    id: origin.ids[0] ?? origin.source,
    pageContent: text,
    metadata: {
      ...origin,
      ...(thread === undefined ? {} : { thread }),
      ...(role === undefined ? {} : { role }),
      ...(speaker === undefined ? {} : { speaker }),
      ...(time === undefined ? {} : { time: new Date(time).toISOString() }),
      score: why.score,
      why: why.reason,
      matched: why.matched,
      tokens,
      context,
    },
  });
};

/**
 * The memory of one user as a LangChain retriever: one document for each item of `scope.context`, all of them within
 * the budget. A Runnable like any other: callbacks, tags, metadata, batch, stream; an aborted `signal` rejects with
 * ABORTED. Reads only. @throws BUDGET_INVALID
 */
export class RetentiveRetriever extends BaseRetriever<RetentiveDocumentMetadata> {
  static override lc_name(): string {
    return 'RetentiveRetriever';
  }

  override lc_namespace = ['retentive', 'retrievers'];
  readonly #fields: RetentiveRetrieverFields;

  constructor(fields: RetentiveRetrieverFields) {
    const { scope: _, budget, thread: __, archive: ___, order: ____, ...base } = fields;
    super(base);
    if (budget !== undefined) parseBudget(budget);
    this.#fields = fields;
  }

  override async invoke(
    input: string,
    options?: Partial<RunnableConfig>,
  ): Promise<DocumentInterface<RetentiveDocumentMetadata>[]> {
    // LangChain takes bare callbacks here too, as its types do not say.
    const given: Partial<RunnableConfig> | Callbacks | undefined = options;
    const signal = given !== undefined && 'signal' in given ? given.signal : undefined;
    return await withAbort(signal, 'the retrieval', () => super.invoke(input, options));
  }

  override async _getRelevantDocuments(query: string): Promise<Document<RetentiveDocumentMetadata>[]> {
    const { scope, budget, thread, archive, order = 'relevance' } = this.#fields;
    const { id, items } = await scope.context(query, { budget, thread, archive });
    const ranked = order === 'context' ? items : items.toSorted((a, b) => b.why.score - a.why.score);
    return ranked.map((item) => documentOf(item, id));
  }
}
