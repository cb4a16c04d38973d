import { formsOf } from './verb-forms.ts';

/**
 * Verbs by what they mean. A pattern names a class in capitals where it would name a verb: `~LIVE` is any form of any of
 * them, `<MOVE` a past. A verb that people use in a sense of its class belongs here, not in a pattern.
 */
const VERB_CLASSES = {
  LIVE: 'live reside dwell',
  MOVE: 'move relocate emigrate immigrate resettle migrate',
  SETTLE: 'settle land',
  WORK: 'work freelance',
  STUDY: 'study',
  LEARN: 'learn',
  TEACH: 'teach',
  LIKE: 'like love enjoy adore fancy appreciate cherish',
  HATE: 'hate dislike despise detest loathe abhor',
  PREFER: 'prefer favor favour',
  PLAY: 'play',
  USE: 'use',
  DRIVE: 'drive',
  OWN: 'own possess',
  GET: 'get buy purchase adopt acquire rescue bring order inherit',
  LOSE: 'sell scrap donate lose return',
  JOIN: 'join',
  START: 'start begin',
  STOP: 'stop quit finish cease',
  SUPPORT: 'support',
  SPEAK: 'speak',
  EARN: 'earn make',
  COLLECT: 'collect restore build paint write grow breed sew knit',
  EAT: 'eat drink smoke vape gamble consume watch',
  COMMUTE: 'commute',
  ATTEND: 'attend',
} as const satisfies Readonly<Record<string, string>>;

const ALL: Readonly<Record<string, string>> = VERB_CLASSES;

/** The verbs that a pattern's element means: those of a class, or the ones that it names. */
export const verbsOf = (source: string): readonly string[] =>
  source.split('|').flatMap((part) => (/^[A-Z]+$/u.test(part) ? classVerbs(part) : [part]));

const classVerbs = (name: string): readonly string[] => {
  const verbs = ALL[name];
  if (verbs === undefined) throw new Error(`no class of verbs ${name}`);
  return verbs.split(' ');
};

/** Verbs of states: "I am living in Lisbon" and "I have lived there for a year" say what "I live there" says. */
const STATE_CLASSES = [
  'LIVE',
  'WORK',
  'STUDY',
  'LEARN',
  'TEACH',
  'PLAY',
  'USE',
  'DRIVE',
  'OWN',
  'LIKE',
  'HATE',
  'SUPPORT',
  'SPEAK',
  'COLLECT',
  'EAT',
  'COMMUTE',
  'ATTEND',
] as const;

const STATE_FORMS: ReadonlyMap<string, string> = new Map(
  [...STATE_CLASSES.flatMap(verbsOf), 'go', 'be', 'have', 'do'].flatMap((base) =>
    [...formsOf(base)].map((form) => [form, base] as const),
  ),
);

/** The base of a verb that tells of a state, from any of its forms: `live` of "living"; undefined for every other word. */
export const stateBase = (norm: string): string | undefined => STATE_FORMS.get(norm);
