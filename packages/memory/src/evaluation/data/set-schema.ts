import * as z from 'zod';

const time = z.iso.datetime({ offset: true, local: true });

const turnSchema = z.object({
  id: z.string(),
  speaker: z.string(),
  text: z.string(),
  caption: z.string().nullish(),
  time: time.nullish(),
});

/** One line of `conversations.jsonl`. Fields beyond these are passed over. */
export const conversationSchema = z.object({
  id: z.string(),
  sessions: z.array(z.object({ id: z.string(), time: time.nullish(), turns: z.array(turnSchema) })),
});

/** One line of `questions.jsonl`. Fields beyond these are passed over. */
export const questionSchema = z.object({
  id: z.string(),
  conversationId: z.string().optional(),
  question: z.string(),
  answers: z.array(z.string()).default([]),
  category: z.string().default('all'),
  evidenceTurnIds: z.array(z.string()).default([]),
  evidenceSpans: z
    .array(z.object({ turn: z.string(), start: z.int().nonnegative(), end: z.int().nonnegative() }))
    .optional(),
  unanswerable: z.boolean().optional(),
  questionTime: z.string().optional(),
});

/** A conversation as it stands in `conversations.jsonl`. */
export type ConversationLine = z.output<typeof conversationSchema>;
/** A question as it stands in `questions.jsonl`, defaults filled in. */
export type QuestionLine = z.output<typeof questionSchema>;
