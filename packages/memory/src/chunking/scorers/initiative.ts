import type { BoundaryScorer } from '../boundary-scorer.ts';

/** Log-odds of a new topic before a turn of another speaker, by who asks. */
const ODDS = { opens: 1.5, countersQuestion: 0.5, remarks: 0, answers: -1.5 } as const;

const QUESTION = /[?？؟]/u;

/**
 * Who asks without having been asked opens a subject; who answers goes on with it (adjacency pairs: Schegloff and
 * Sacks, 1973). Says nothing where units have no speakers.
 */
export const createInitiative = (): BoundaryScorer => ({
  id: 'initiative:1',
  score: (units) =>
    units.slice(1).map(({ text, speaker }, index) => {
      const before = units[index];
      if (speaker === undefined || before === undefined || before.speaker === speaker) return 0;
      const asked = QUESTION.test(before.text);
      if (QUESTION.test(text)) return asked ? ODDS.countersQuestion : ODDS.opens;
      return asked ? ODDS.answers : ODDS.remarks;
    }),
});
