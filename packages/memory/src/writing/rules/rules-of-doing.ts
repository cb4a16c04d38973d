import { type Draft, type Match, phraseOf, pointsBack, type Rule } from './rule.ts';
import type { Token } from './tokens.ts';
import { baseOfPast, isParticiple, isPast } from './verb-forms.ts';
import { NOT_EVENTS } from './word-lists.ts';

/** Words that stand for something said before: what is told of them cannot be understood alone. */
const POINTERS = new Set(
  'it that this these those them him her he she they something anything everything nothing someone anyone there here one ones stuff things thing lot so'.split(
    ' ',
  ),
);

const CONTENT = new Set(['NOUN', 'PROPN', 'NUM']);

/** Something is told, and it can be understood alone. */
const isTold = (tokens: readonly Token[]): boolean => {
  const words = tokens.filter(({ time }) => time === undefined);
  const points = words.some(({ norm, pos }) => POINTERS.has(norm) && pos !== 'DET' && pos !== 'SCONJ');
  return (
    !points && !pointsBack(words) && words.some(({ pos, norm }) => CONTENT.has(pos) && !POINTERS.has(norm))
  );
};

const VAGUE_PLANS = new Set(
  'be see let try say tell know keep do take make have think check look get never always definitely'.split(
    ' ',
  ),
);

const plan =
  (needsTime: boolean): Rule['make'] =>
  ({ words, captures, time, moment }) => {
    const told = captures['what'] ?? [];
    const first = told[0]?.norm ?? '';
    const isFuture = time !== undefined && (time.valid.until ?? Number.POSITIVE_INFINITY) > moment;
    if ((needsTime || VAGUE_PLANS.has(first)) && !isFuture) return [];
    const isSomething =
      told.length > 0 &&
      !POINTERS.has(first) &&
      !(told.filter(({ time: at }) => at === undefined).length === 1 && VAGUE_PLANS.has(first));
    if (!isTold(told) && !(isFuture && isSomething)) return [];
    // "I will be eighty": what somebody will be is no doing.
    if (first === 'be' && told[1]?.norm.endsWith('ing') !== true) return [];
    return [{ attribute: 'plan', value: words('what').replace(/^be (?=\p{L}+ing )/u, '') }];
  };

/** Where somebody will be, said as if they were there. */
const AWAY = /^(?:off|away|abroad)$/u;

const APPOINTMENTS =
  /\b(?:appointment|meeting|flight|exam|interview|checkup|check-up|surgery|reservation|trip|concert|wedding|deadline|test|date|party|class|recital|game|match|race|marathon|performance|presentation|call|ticket|tickets|event|audition|conference|check-in|vacation|holiday|hearing|session|lesson|rehearsal|viewing|move|graduation|birthday party|anniversary|retreat|workshop|seminar|tournament)(?: (?:with|at|for|to|in|of|from) .+)?$/iu;

const appointment: Rule['make'] = ({ words, time, moment }) => {
  const what = words('what');
  const isFuture = time !== undefined && (time.valid.until ?? Number.POSITIVE_INFINITY) > moment;
  return isFuture && APPOINTMENTS.test(what) ? [{ attribute: 'plan', value: what }] : [];
};

const scheduled: Rule['make'] = ({ words, time }) => {
  const what = words('what');
  return time !== undefined && APPOINTMENTS.test(what) ? [{ attribute: 'plan', value: what }] : [];
};

const want: Rule['make'] = ({ words, captures }) => {
  const told = captures['what'] ?? [];
  const isSmallTalk =
    /^(?:say|know|ask|thank|tell|talk|share|hear|make sure|be|see|let|point|add|mention|show)\b/u.test(
      words('what'),
    );
  return isSmallTalk || !isTold(told) ? [] : [{ attribute: 'wants', value: words('what') }];
};

const LASTING_DOINGS = new Set(
  'working training learning studying writing building reading saving organizing organising renovating raising taking volunteering restoring practicing practising rehearsing planting growing designing developing teaching coaching recording painting knitting composing researching leading running mentoring attending'.split(
    ' ',
  ),
);

const activity: Rule['make'] = ({ words, captures }) => {
  const doing = captures['doing'] ?? [];
  const told = captures['what'] ?? [];
  if (!LASTING_DOINGS.has(doing[0]?.norm ?? '') || !isTold(told)) return [];
  return [{ attribute: 'activity', value: `${phraseOf(doing)} ${words('what')}` }];
};

const OFTEN =
  /\b(?:every|each) (?:other )?(?:day|week|month|year|morning|evening|night|weekend|(?:mon|tues|wednes|thurs|fri|satur|sun)day)s?\b|\bon (?:week(?:end|day)s|(?:mon|tues|wednes|thurs|fri|satur|sun)days)\b|\b(?:once|twice|times) (?:a|per) (?:day|week|month|year)\b/iu;

const routine = ({ words, captures, isPast: past }: Match): readonly Draft[] => {
  const what = words('what');
  const verb = captures['verb'] ?? [];
  return past || !OFTEN.test(what) || !isTold(captures['what'] ?? [])
    ? []
    : [{ attribute: 'routine', value: `${phraseOf(verb)} ${what}` }];
};

/** The past of a verb that names something done. */
const isDeed = (token: Token | undefined, afterHave: boolean): boolean => {
  if (token === undefined || token.pos === 'ADJ') return false;
  const { norm } = token;
  const done = afterHave ? isParticiple(norm) : isPast(norm);
  const base = baseOfPast(norm);
  return done && ![norm, base, `${base}e`, base.slice(0, -1)].some((form) => NOT_EVENTS.has(form));
};

const event = ({ captures, words, time }: Match): readonly Draft[] => {
  const verb = captures['verb'] ?? [];
  const told = captures['what'] ?? [];
  const isAble = isTold(told) || (time !== undefined && told.length === 0);
  return isDeed(verb[0], captures['have'] !== undefined) && isAble
    ? [{ attribute: 'event', value: [phraseOf(verb), words('what')].filter((part) => part !== '').join(' ') }]
    : [];
};

/** What somebody plans, wants, does and did: asked last, when a clause says nothing of a state. */
export const DOING_RULES: readonly Rule[] = [
  {
    when: ['S am|is|are * going to {what:OBJ}'],
    modes: ['plain'],
    make: (match) => {
      const [first] = match.captures['what'] ?? [];
      return first?.pos === 'VERB' || first?.pos === 'AUX' ? plan(false)(match) : plan(true)(match);
    },
  },
  {
    when: [
      'S am|is|are * planning|intending to {what:OBJ}',
      'S am|is|are * planning on {what:OBJ}',
      'S am|is|are * planning {what:OBJ}',
      'S * =plan|intend to|on {what:OBJ}',
    ],
    modes: ['plain'],
    make: plan(false),
  },
  {
    when: ['S will {what:OBJ}', 'S am|is|are {what:OBJ}'],
    modes: ['plain'],
    make: (match) => {
      const first = match.captures['what']?.find(({ time }) => time === undefined);
      const isDoing =
        match.captures['what'] !== undefined &&
        (first?.norm.endsWith('ing') === true || match.isWill || AWAY.test(first?.norm ?? ''));
      return isDoing ? plan(true)(match) : [];
    },
  },
  {
    when: ['S * {verb:WORD} {what:OBJ}'],
    modes: ['plain'],
    make: (match) => {
      const isSet =
        /^(?:meet|see|fly|leave|start|travel|return|arrive|finish|begin|graduate|perform|compete|marry|marrie|retire|open|launch|host|present|defend|visit|join|move|sail|depart|head|break|race|sit)s?$/u.test(
          match.words('verb'),
        );
      return isSet
        ? plan(true)(match).map((draft) => ({ ...draft, value: `${match.words('verb')} ${draft.value}` }))
        : [];
    },
  },
  {
    when: ['S have|has {what:OBJ} $', 'S have|has {what:NP}', 'S have|has a|an {what:OBJ}'],
    modes: ['plain'],
    make: appointment,
  },
  {
    when: [
      'O {what:NP} is|are now|actually? T',
      'O {what:NP} was|got|is|has|have been? * moved|rescheduled|pushed|postponed back? to|until? T',
      'O {what:OBJ} is|are|leaves|starts|begins|departs|arrives T',
      'O {what:NP} is|are scheduled|booked|set for|on? T',
      'O {what:NP} has been scheduled|booked|set|moved for|on|to? T',
    ],
    modes: ['plain'],
    make: scheduled,
  },
  {
    when: ['S * =want to {what:OBJ}', 'O goal|dream|plan|ambition is to {what:OBJ}'],
    modes: ['plain'],
    make: want,
  },
  {
    when: ['S am|is|are * {doing:WORD} {what:OBJ}', 'S have|has * been {doing:WORD} {what:OBJ}'],
    modes: ['plain', 'ended'],
    make: activity,
  },
  { when: ['S * {verb:WORD} {what:OBJ}'], modes: ['plain'], make: routine },
  {
    when: ['S * {have:HAVE} * {verb:WORD} {what:OBJ}', 'S * {verb:WORD} {what:OBJ}', 'S * {verb:WORD} T'],
    modes: ['plain'],
    make: event,
  },
];
