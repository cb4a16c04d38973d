import { type ContentPart, contentText, type Message } from '@retentive/core';
import type { EvaluationConversation } from './evaluation-set.ts';

const textOf = (parts: readonly ContentPart[]): string =>
  contentText(parts.filter((part) => part.type === 'text'));

const captionOf = (parts: readonly ContentPart[]): string | undefined =>
  parts.flatMap((part) => (part.type === 'text' || part.caption === undefined ? [] : [part.caption]))[0];

/** Stored messages as a conversation that can be measured; those of one day (UTC) in one thread are a session. */
export const conversationOfMessages = (id: string, messages: readonly Message[]): EvaluationConversation => ({
  id,
  turns: messages.map((message) => ({
    id: message.id,
    thread: message.thread,
    session: `${message.thread} ${new Date(message.time).toISOString().slice(0, 10)}`,
    role: message.role,
    speaker: message.speaker ?? message.role,
    text: message.parts === undefined ? message.text : textOf(message.parts),
    ...(message.parts === undefined ? {} : { caption: captionOf(message.parts) }),
    time: message.time,
    ...(message.timeZone === undefined ? {} : { timeZone: message.timeZone }),
  })),
});
