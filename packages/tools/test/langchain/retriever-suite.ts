import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { Document, type DocumentInterface } from '@langchain/core/documents';
import type { BaseRetriever, BaseRetrieverInput } from '@langchain/core/retrievers';
import { Runnable, RunnableLambda, RunnablePassthrough } from '@langchain/core/runnables';
import { describe, expect, it } from 'vitest';

/** What the suite is run over: it must know two cats, and fail with `no luck` on the query `fail`. */
export interface RetrieverCandidate {
  readonly name: string;
  /** Over "My cat is called Miso." and "My cat is called Pixel.", told apart by these names. */
  open(fields?: BaseRetrieverInput): Promise<BaseRetriever>;
}

interface Seen {
  readonly event: 'start' | 'end' | 'error';
  readonly run: string;
  readonly parent?: string | undefined;
  readonly query?: string;
  readonly tags?: readonly string[] | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  readonly runName?: string | undefined;
  readonly documents?: readonly DocumentInterface[];
  readonly error?: unknown;
}

/** Keeps what retrievers report. Awaited, so that a test sees all of it. */
class Recorder extends BaseCallbackHandler {
  override name = 'recorder';
  readonly seen: Seen[] = [];

  constructor() {
    super({ _awaitHandler: true });
  }

  override handleRetrieverStart(
    _retriever: unknown,
    query: string,
    run: string,
    parent?: string,
    tags?: string[],
    metadata?: Record<string, unknown>,
    runName?: string,
  ): void {
    this.seen.push({ event: 'start', run, parent, query, tags, metadata, runName });
  }

  override handleRetrieverEnd(documents: DocumentInterface[], run: string): void {
    this.seen.push({ event: 'end', run, documents });
  }

  override handleRetrieverError(error: unknown, run: string): void {
    this.seen.push({ event: 'error', run, error });
  }
}

const MISO = 'What about Miso?';
const PIXEL = 'What about Pixel?';
const RUN = '018f3c2e-0000-7000-8000-000000000001';

const best = (documents: readonly DocumentInterface[]): string => documents[0]?.pageContent ?? '';

/**
 * What LangChain documents of retrievers, as of @langchain/core 1.4.0. `retrievers` = src/retrievers/index.ts,
 * `runnables` = src/runnables/base.ts, `config` = src/runnables/config.ts.
 */
export const describeRetriever = ({ name, open }: RetrieverCandidate): void => {
  describe(`retriever: ${name}`, () => {
    // retrievers: "A promise that resolves to an array of DocumentInterface instances".
    it('invoke gives documents with text and metadata, the most relevant first', async () => {
      const documents = await (await open()).invoke(MISO);
      expect(best(documents)).toContain('Miso');
      for (const document of documents) {
        expect(document).toBeInstanceOf(Document);
        expect(typeof document.pageContent).toBe('string');
        expect(typeof document.metadata).toBe('object');
      }
    });

    // runnables: Runnable.isRunnable.
    it('is a Runnable', async () => {
      expect(Runnable.isRunnable(await open())).toBe(true);
    });

    // retrievers: invoke reports handleRetrieverStart and handleRetrieverEnd of one run; config: runId, runName.
    it('reports start and end under the id and name of the run', async () => {
      const recorder = new Recorder();
      const retriever = await open();
      const documents = await retriever.invoke(MISO, { callbacks: [recorder], runId: RUN, runName: 'cats' });
      expect(recorder.seen).toMatchObject([
        { event: 'start', run: RUN, query: MISO, runName: 'cats', parent: undefined },
        { event: 'end', run: RUN, documents },
      ]);
    });

    // retrievers: on failure handleRetrieverError, and the error goes on to the caller.
    it('reports an error, and rejects with it', async () => {
      const recorder = new Recorder();
      const failing = (await open()).invoke('fail', { callbacks: [recorder] });
      await expect(failing).rejects.toThrow('no luck');
      expect(recorder.seen).toMatchObject([
        { event: 'start', query: 'fail' },
        { event: 'error', run: recorder.seen[0]?.run, error: await failing.catch((error: unknown) => error) },
      ]);
    });

    // retrievers: "Optional callbacks to handle various events in the retrieval process" of the constructor.
    it('reports to the callbacks of the constructor and of the call', async () => {
      const [own, given] = [new Recorder(), new Recorder()];
      await (await open({ callbacks: [own] })).invoke(MISO, { callbacks: [given] });
      expect(own.seen.map(({ event }) => event)).toEqual(['start', 'end']);
      expect(given.seen).toEqual(own.seen);
    });

    // retrievers: "Tags to label or categorize the retrieval operation"; CallbackManager.configure joins both.
    it('joins the tags of the constructor and of the call', async () => {
      const recorder = new Recorder();
      await (await open({ tags: ['own'] })).invoke(MISO, { callbacks: [recorder], tags: ['given'] });
      expect(recorder.seen[0]?.tags).toEqual(expect.arrayContaining(['own', 'given']));
    });

    // retrievers: "Metadata to provide additional context"; CallbackManager.configure joins both.
    it('joins the metadata of the constructor and of the call', async () => {
      const recorder = new Recorder();
      const retriever = await open({ metadata: { own: 1 } });
      await retriever.invoke(MISO, { callbacks: [recorder], metadata: { given: 2 } });
      expect(recorder.seen[0]?.metadata).toMatchObject({ own: 1, given: 2 });
    });

    // runnables: batch, "Default implementation of batch, which calls invoke N times"; order of the inputs.
    it('batch gives results in the order of the queries', async () => {
      const results = await (await open()).batch([MISO, PIXEL, MISO]);
      expect(results.map((documents) => /Miso|Pixel/.exec(best(documents))?.[0])).toEqual([
        'Miso',
        'Pixel',
        'Miso',
      ]);
    });

    // runnables: batch with one RunnableConfig for each input.
    it('batch takes a config for each query', async () => {
      const recorders = [new Recorder(), new Recorder()];
      await (await open()).batch(
        [MISO, PIXEL],
        recorders.map((recorder) => ({ callbacks: [recorder] })),
      );
      expect(recorders.map(({ seen }) => seen[0]?.query)).toEqual([MISO, PIXEL]);
    });

    // runnables: batchOptions.returnExceptions, "Whether to return errors rather than throwing on the first one".
    it('batch gives errors in their place when asked to, and rejects when not', async () => {
      const retriever = await open();
      const results = await retriever.batch([MISO, 'fail'], {}, { returnExceptions: true });
      expect(Array.isArray(results[0])).toBe(true);
      expect(results[1]).toBeInstanceOf(Error);
      await expect(retriever.batch([MISO, 'fail'])).rejects.toThrow('no luck');
    });

    // runnables: stream, "Default streaming implementation. Subclasses should override this method".
    it('stream gives the documents as one piece', async () => {
      const pieces: DocumentInterface[][] = [];
      for await (const piece of await (await open()).stream(MISO)) pieces.push(piece);
      expect(pieces).toHaveLength(1);
      expect(best(pieces[0] ?? [])).toContain('Miso');
    });

    // runnables: pipe, "Create a new runnable sequence that runs each individual runnable in series".
    it('pipes into a sequence, at either end', async () => {
      const chain = RunnableLambda.from((cat: string) => `What about ${cat}?`)
        .pipe(await open())
        .pipe((documents: DocumentInterface[]) => best(documents));
      await expect(chain.invoke('Pixel')).resolves.toContain('Pixel');
    });

    // config: patchConfig; the run of a step has the sequence's run as its parent, and inherits callbacks and tags.
    it('inherits callbacks, tags, metadata and the parent run from a sequence', async () => {
      const recorder = new Recorder();
      const chain = RunnableLambda.from((query: string) => query).pipe(await open());
      const metadata = { given: 2 };
      await chain.invoke(MISO, { callbacks: [recorder], tags: ['outer'], metadata, runId: RUN });
      expect(recorder.seen[0]).toMatchObject({
        parent: RUN,
        tags: expect.arrayContaining(['outer']),
        metadata,
      });
    });

    // runnables: withConfig, "Bind config to a Runnable, returning a new Runnable".
    it('withConfig binds tags and callbacks, and leaves the retriever as it was', async () => {
      const recorder = new Recorder();
      const retriever = await open();
      await retriever.withConfig({ tags: ['bound'], callbacks: [recorder] }).invoke(MISO);
      await retriever.invoke(MISO);
      expect(recorder.seen).toHaveLength(2);
      expect(recorder.seen[0]?.tags).toContain('bound');
    });

    // runnables: withFallbacks, "Create a new runnable from the current one that will try invoking other passed
    // fallback runnables if the initial invocation fails".
    it('withFallbacks goes on to the next runnable', async () => {
      const fallback = RunnableLambda.from(() => [new Document({ pageContent: 'plan B' })]);
      const chain = (await open()).withFallbacks({ fallbacks: [fallback] });
      expect(best(await chain.invoke('fail'))).toBe('plan B');
    });

    // runnables: withRetry, "Add retry logic to an existing runnable".
    it('withRetry tries again, each time as a run of its own', async () => {
      const recorder = new Recorder();
      const chain = (await open()).withRetry({ stopAfterAttempt: 2, onFailedAttempt: () => {} });
      await expect(chain.invoke('fail', { callbacks: [recorder] })).rejects.toThrow('no luck');
      expect(recorder.seen.map(({ event }) => event)).toEqual(['start', 'error', 'start', 'error']);
      expect(recorder.seen[0]?.run).not.toBe(recorder.seen[2]?.run);
    });

    // src/runnables/passthrough.ts: RunnablePassthrough.assign.
    it('assigns its documents beside the question', async () => {
      const retriever = await open();
      const chain = RunnablePassthrough.assign({
        documents: RunnableLambda.from(({ question }: { question: string }) => question).pipe(retriever),
      });
      const result = await chain.invoke({ question: MISO });
      expect(result['question']).toBe(MISO);
      expect(best(result['documents'] as DocumentInterface[])).toContain('Miso');
    });

    // config: signal, "Abort signal for this call. If provided, the call will be aborted when the signal is aborted."
    it('an aborted sequence rejects', async () => {
      const chain = RunnableLambda.from((query: string) => query).pipe(await open());
      await expect(chain.invoke(MISO, { signal: AbortSignal.abort() })).rejects.toThrow();
    });

    // runnables: streamEvents v2, events on_retriever_start and on_retriever_end with query and documents.
    it('streamEvents tells of its start and end', async () => {
      const events: { readonly event: string; readonly data: Record<string, unknown> }[] = [];
      const chain = RunnableLambda.from((query: string) => query).pipe(await open());
      for await (const { event, data } of chain.streamEvents(MISO, { version: 'v2' })) {
        if (event.startsWith('on_retriever')) events.push({ event, data });
      }
      expect(events.map(({ event }) => event)).toEqual(['on_retriever_start', 'on_retriever_end']);
      expect(events[0]?.data).toMatchObject({ input: { query: MISO } });
    });
  });
};
