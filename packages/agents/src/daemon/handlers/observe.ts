import { contentText, parseMessageInput, RetentiveError } from '@retentive/core';
import type { DaemonRequest, Handler } from '../daemon-types.ts';
import { refusal } from '../problem.ts';
import { checkTextLength } from './parse-body.ts';

/** The body with the key of the header, which clients that retry by themselves set. */
const withKey = ({ body, idempotencyKey }: DaemonRequest): unknown => {
  if (idempotencyKey === undefined || typeof body !== 'object' || body === null) return body;
  const own = (body as { readonly idempotencyKey?: unknown }).idempotencyKey;
  if (own !== undefined && own !== idempotencyKey) {
    throw new RetentiveError('MESSAGE_INVALID', 'body and Idempotency-Key header give different keys');
  }
  return { ...body, idempotencyKey };
};

/**
 * Stores one message: 201 when it is durable, 200 when it was stored before, or is not to be. With `?settled=true` the answer waits for the
 * background writing too.
 */
export const observe: Handler = async (request, { admission, limits }) => {
  const { scope, signal, query } = request;
  if (request.body === undefined) throw refusal(400, 'the request needs a JSON body');
  const message = parseMessageInput(withKey(request));
  checkTextLength(contentText(message.content), limits.textBytes);
  const leave = admission.enterWrite(scope.scope.tenant);
  try {
    const receipt = await scope.observe(message, { signal });
    if (query['settled'] === 'true') await receipt.settled({ signal });
    const { id, replayed, sequence, warnings, stored } = receipt;
    return { status: replayed || !stored ? 200 : 201, body: { id, replayed, sequence, warnings, stored } };
  } finally {
    leave();
  }
};
