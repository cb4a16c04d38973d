import { RetentiveError } from '@retentive/core';
import type OpenAI from 'openai';
import type { APIError } from 'openai';

const DEFAULT_BASE_URL = 'https://api.openai.com/v1';
/** Local endpoints want no key, but the client refuses to start without one. */
const NO_KEY = 'none';

const KEPT_HEADERS = ['accept', 'authorization', 'content-type', 'user-agent'] as const;

/** Where a model is. */
export interface OpenAIEndpoint {
  readonly model: string;
  readonly baseURL?: string | undefined;
  readonly apiKey?: string | undefined;
}

/** Options of {@link openClient}. */
export interface OpenClientOptions extends OpenAIEndpoint {
  readonly maxRetries: number;
  readonly timeoutMs: number;
}

/** The client of the `openai` package. */
export interface OpenClient {
  readonly client: OpenAI;
  readonly isConnectionError: (cause: unknown) => boolean;
}

/** The HTTP status that an error of the client tells of, if it does. */
export const statusOf = (cause: unknown): number | undefined => (cause as Partial<APIError>).status;

/** @throws OPTION_INVALID for an empty model or a base URL that is none */
export const assertEndpoint = ({ model, baseURL }: OpenAIEndpoint): void => {
  if (model.trim() === '') throw new RetentiveError('OPTION_INVALID', 'model must be the name of a model');
  if (baseURL !== undefined && !URL.canParse(baseURL)) {
    throw new RetentiveError('OPTION_INVALID', `baseURL must be a URL, got "${baseURL}"`);
  }
};

/** Sends only the headers that the request needs: the client would add others, some from the environment. */
const plainFetch =
  (authorization: string): typeof fetch =>
  async (url, init) => {
    const given = new Headers(init?.headers);
    const headers = new Headers();
    for (const name of KEPT_HEADERS) {
      const value = given.get(name);
      if (value !== null) headers.set(name, value);
    }
    headers.set('authorization', authorization);
    return await fetch(url, { ...init, headers });
  };

/** Loads the `openai` package and makes a client that reads nothing from the environment. */
export const openClient = async (options: OpenClientOptions): Promise<OpenClient> => {
  const { OpenAI: Client, APIConnectionError } = await import('openai');
  const apiKey = options.apiKey ?? NO_KEY;
  const client = new Client({
    apiKey,
    baseURL: options.baseURL ?? DEFAULT_BASE_URL,
    // Each of these would otherwise be read from the environment.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: 'off',
    maxRetries: options.maxRetries,
    timeout: options.timeoutMs,
    fetch: plainFetch(`Bearer ${apiKey}`),
  });
  return { client, isConnectionError: (cause) => cause instanceof APIConnectionError };
};
