import { createPolicies } from '../policies.ts';
import { cutTurns } from '../retained-turns.ts';
import type { TaskRow } from '../schemas.ts';
import { createChance, fillTemplate } from './chance.ts';
import { LANGUAGES, type LanguageWords } from './language-words.ts';
import { turnsOfLines } from './talk.ts';
import type { RetentionTask } from './task.ts';

const TASK = 'languages';
const LINES = 400;
const SESSION_LINES = 16;
/** One line of so many is a fact. */
const RARITY = 10;
const CAPACITY = [0.1, 0.2, 0.5];
const SPEAKERS = ['a', 'b'] as const;
const POLICIES = [
  'retentive',
  'retentive:no-surprisal',
  'recent',
  'random',
  'shortest',
  'longest',
  'surprisal-mean',
];

const linesOf = ({ facts, smallTalk, words }: LanguageWords, seed: number) => {
  const chance = createChance(seed);
  return Array.from({ length: LINES }, (_, index) => {
    const isFact = chance.below(RARITY) === 0;
    return {
      text: fillTemplate(chance.pick(isFact ? facts : smallTalk), words, chance),
      speaker: SPEAKERS[index % 2] as string,
      session: String(Math.floor(index / SESSION_LINES)),
      isFact,
    };
  });
};

/**
 * Talk in Chinese, Spanish and Arabic, written for this bench: one line of ten is a fact, the rest is said for company.
 * Share of the facts that are held at 10, 20 and 50 % of the tokens. Templates repeat, so this is easier than talk.
 */
export const LANGUAGES_TASK: RetentionTask = {
  name: TASK,
  about: 'share of the facts held in generated talk of other languages, at 10, 20 and 50 % of the tokens',
  async measure({ seed, surprisal, tokenizer }) {
    const policies = createPolicies(surprisal, tokenizer, seed).filter(({ name }) => POLICIES.includes(name));
    return LANGUAGES.flatMap((language) => {
      const lines = linesOf(language, seed);
      const turns = cutTurns({ id: TASK, turns: turnsOfLines(TASK, lines) }, tokenizer);
      const needed = lines.map(({ isFact }) => (isFact ? 1 : 0));
      const facts = [...needed.keys()].filter((place) => needed[place] === 1);
      const all = turns.reduce((sum, { tokens }) => sum + tokens, 0);
      return policies.flatMap((policy) =>
        CAPACITY.map((share): TaskRow => {
          const held = policy.hold({ turns, needed, capacity: Math.floor(share * all) }).turns;
          const value = facts.filter((place) => held.has(place)).length / Math.max(1, facts.length);
          return { task: TASK, policy: policy.name, metric: `${language.name}${100 * share}`, value };
        }),
      );
    });
  },
};
