/** Verbs whose past is not made with -ed: base, past and, where it differs, past participle. */
const IRREGULAR =
  `become became become|begin began begun|bend bent|bite bit bitten|break broke broken|bring brought|
build built|burn burnt|buy bought|catch caught|choose chose chosen|come came come|cost cost|cut cut|deal dealt|dig dug|
do did done|draw drew drawn|drink drank drunk|drive drove driven|eat ate eaten|fall fell fallen|feed fed|feel felt|
fight fought|find found|fly flew flown|forget forgot forgotten|get got gotten|give gave given|go went gone|grow grew grown|
hang hung|have had|hear heard|hide hid hidden|hit hit|hold held|hurt hurt|keep kept|know knew known|lead led|learn learnt|
leave left|lend lent|lose lost|make made|mean meant|meet met|pay paid|put put|quit quit|read read|ride rode ridden|
ring rang rung|run ran run|say said|see saw seen|sell sold|send sent|set set|shoot shot|show showed shown|shut shut|
sing sang sung|sit sat|sleep slept|speak spoke spoken|spend spent|spread spread|stand stood|steal stole stolen|
swim swam swum|take took taken|teach taught|tell told|think thought|throw threw thrown|understand understood|
wake woke woken|lay laid|light lit|swing swung|spring sprang sprung|strike struck|stick stuck|lie lay lain|forgive forgave forgiven|
freeze froze frozen|shake shook shaken|rise rose risen|undergo underwent undergone|undertake undertook undertaken|overcome overcame overcome|
weave wove woven|bind bound|blow blew blown|seek sought|sink sank sunk|slide slid|tear tore torn|breed bred|let let|withdraw withdrew withdrawn|
retake retook retaken|rebuild rebuilt|resell resold|outgrow outgrew outgrown|grind ground|shrink shrank shrunk|wind wound|swear swore sworn|wear wore worn|win won|write wrote written|bet bet|split split|foresee foresaw foreseen|sew sewed sewn`
    .split('|')
    .map((line) => line.trim().split(' '));

const PAST = new Map(IRREGULAR.map(([base = '', past = '']) => [past, base]));
const PARTICIPLE = new Map(IRREGULAR.map(([base = '', past = '', done = past]) => [done, base]));
const PAST_OF = new Map(IRREGULAR.map(([base = '', ...forms]) => [base, forms]));

/** Words in -ed that are no past of anything. */
const NOT_PAST = new Set(
  'need feed breed bleed seed weed speed bed red shed exceed proceed succeed indeed'.split(' '),
);

/** Irregular pasts that look like their base: which of the two is meant, the word does not say. */
const SAME_AS_BASE = new Set(IRREGULAR.filter(([base, past]) => base === past).map(([base = '']) => base));

const isVowel = (letter: string | undefined): boolean => letter !== undefined && 'aeiou'.includes(letter);

/** The third person: works, goes, carries, has. */
export const thirdPerson = (base: string): string => {
  if (base === 'have') return 'has';
  if (base === 'be') return 'is';
  if (/(?:s|x|z|ch|sh|o)$/u.test(base)) return `${base}es`;
  if (base.endsWith('y') && !isVowel(base.at(-2))) return `${base.slice(0, -1)}ies`;
  return `${base}s`;
};

/** Every form of a verb, in lower case. */
export const formsOf = (base: string): ReadonlySet<string> => {
  if (base === 'be') return new Set(['be', 'am', 'is', 'are', 'was', 'were', 'been', 'being']);
  const stem = base.endsWith('e') ? base.slice(0, -1) : base;
  const doubled = /[^aeiou][aeiou][bdgklmnprt]$/u.test(base) ? `${base}${base.at(-1)}` : stem;
  const softened = base.endsWith('y') && !isVowel(base.at(-2)) ? `${base.slice(0, -1)}ied` : '';
  return new Set([
    base,
    thirdPerson(base),
    `${stem}ing`,
    `${doubled}ing`,
    `${stem}ed`,
    `${doubled}ed`,
    softened,
    ...(PAST_OF.get(base) ?? []),
  ]);
};

/** True for a word that can only be a past: `moved`, `went`, not `quit`. */
export const isPast = (norm: string): boolean =>
  (PAST.has(norm) || (norm.length > 3 && norm.endsWith('ed') && !NOT_PAST.has(norm))) &&
  !SAME_AS_BASE.has(norm);

/** True for a past participle, as after "have". */
export const isParticiple = (norm: string): boolean =>
  PARTICIPLE.has(norm) || (norm.length > 3 && norm.endsWith('ed') && !NOT_PAST.has(norm));

/** True for a form that says nothing about its tense: `quit`, `put`, `read`. */
export const isTenseless = (norm: string): boolean => SAME_AS_BASE.has(norm);

/** The base of a past, where it is irregular; otherwise the word without its ending, roughly. */
export const baseOfPast = (norm: string): string =>
  PAST.get(norm) ?? PARTICIPLE.get(norm) ?? norm.replace(/(?:e)?d$/u, '');
