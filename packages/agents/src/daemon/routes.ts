import type { FolderHandler, Handler } from './daemon-types.ts';
import {
  blocks,
  blockVersions,
  changeBlock,
  changeFact,
  consolidate,
  mergeEntities,
  proposeFacts,
  remember,
  splitEntities,
  undo,
} from './handlers/change.ts';
import { doctor, erase, eraseTenant, jobs, reembed, retryJobs, stats } from './handlers/folder.ts';
import { ingest, ingestDocument, resume } from './handlers/ingest.ts';
import { observe } from './handlers/observe.ts';
import {
  context,
  entities,
  episodes,
  examples,
  facts,
  known,
  notes,
  search,
  sentContext,
  timeline,
} from './handlers/read.ts';
import {
  exportScope,
  forget,
  importForeign,
  importScope,
  messages,
  pin,
  retention,
} from './handlers/store.ts';
import { turn } from './handlers/turn.ts';

/** Everything of the daemon's API stands below this path. */
export const API_PREFIX = '/api/v1';

/** The path of one user's memory. */
const USER = `${API_PREFIX}/tenants/:tenant/users/:user`;

/** One route: where, what, and whether its body is streamed in. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Whom it is about: one user, whose labels are in the path, or the whole folder. */
  readonly answer: { readonly user: Handler } | { readonly folder: FolderHandler };
  /** The handler reads the body as it comes: NDJSON or plain text. */
  readonly streamsIn?: boolean | undefined;
  /** The answer takes as long as it takes. */
  readonly streamsOut?: boolean | undefined;
}

const user = (
  method: Route['method'],
  path: string,
  handler: Handler,
  streams: Pick<Route, 'streamsIn' | 'streamsOut'> = {},
): Route => ({ method, path: `${USER}/${path}`, answer: { user: handler }, ...streams });

const folder = (path: string, handler: FolderHandler): Route => ({
  method: 'POST',
  path: `${API_PREFIX}/${path}`,
  answer: { folder: handler },
  streamsOut: true,
});

const BOTH_WAYS = { streamsIn: true, streamsOut: true } as const;
const OUT = { streamsOut: true } as const;

/** Every route but the one that asks for health. */
export const ROUTES: readonly Route[] = [
  user('POST', 'messages', observe),
  user('GET', 'messages', messages),
  user('POST', 'messages/stream', ingest, BOTH_WAYS),
  user('POST', 'messages/:id/resume', resume, BOTH_WAYS),
  user('POST', 'documents/stream', ingestDocument, BOTH_WAYS),
  user('POST', 'context', context),
  user('GET', 'contexts/:id', sentContext),
  user('POST', 'search', search),
  user('GET', 'facts', facts),
  user('GET', 'known', known),
  user('POST', 'facts/proposals', proposeFacts),
  user('GET', 'notes', notes),
  user('GET', 'examples', examples),
  user('POST', 'examples', remember),
  user('POST', 'facts/changes', changeFact),
  user('POST', 'episodes', episodes),
  user('POST', 'timeline', timeline),
  user('POST', 'consolidate', consolidate),
  user('POST', 'entities', entities),
  user('POST', 'entities/merges', mergeEntities),
  user('POST', 'entities/splits', splitEntities),
  user('POST', 'undo', undo),
  user('GET', 'blocks', blocks),
  user('GET', 'blocks/versions', blockVersions),
  user('POST', 'blocks/changes', changeBlock),
  user('GET', 'retention', retention),
  user('POST', 'pins', pin),
  user('POST', 'forget', forget),
  user('GET', 'export', exportScope, OUT),
  user('POST', 'import', importScope, BOTH_WAYS),
  user('POST', 'import/foreign', importForeign, BOTH_WAYS),
  user('POST', 'erase', erase, OUT),
  user('POST', 'turns', turn, OUT),
  folder('doctor', doctor),
  folder('reembed', reembed),
  folder('erase', eraseTenant),
  folder('jobs', jobs),
  folder('jobs/retry', retryJobs),
  folder('stats', stats),
];
