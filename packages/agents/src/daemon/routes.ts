import type { Handler } from './daemon-types.ts';
import { ingest, resume } from './handlers/ingest.ts';
import { observe } from './handlers/observe.ts';
import { context, facts, search } from './handlers/read.ts';
import { turn } from './handlers/turn.ts';

/** Everything of the daemon's API stands below this path. */
export const API_PREFIX = '/api/v1';

/** The path of one user's memory. */
const USER = `${API_PREFIX}/tenants/:tenant/users/:user`;

/** One route: where, what, and whether its body is streamed in. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly handler: Handler;
  /** The handler reads the body as it comes: NDJSON or plain text. */
  readonly streamsIn?: boolean | undefined;
  /** The answer takes as long as it takes. */
  readonly streamsOut?: boolean | undefined;
}

/** Every route that needs a user. */
export const ROUTES: readonly Route[] = [
  { method: 'POST', path: `${USER}/messages`, handler: observe },
  { method: 'POST', path: `${USER}/messages/stream`, handler: ingest, streamsIn: true, streamsOut: true },
  { method: 'POST', path: `${USER}/messages/:id/resume`, handler: resume, streamsIn: true, streamsOut: true },
  { method: 'POST', path: `${USER}/context`, handler: context },
  { method: 'POST', path: `${USER}/search`, handler: search },
  { method: 'GET', path: `${USER}/facts`, handler: facts },
  { method: 'POST', path: `${USER}/turns`, handler: turn, streamsOut: true },
];
