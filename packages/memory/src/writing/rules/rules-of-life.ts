import { bare, type Draft, type Match, type Rule, simple } from './rule.ts';
import { isOccupation } from './word-lists.ts';

/** "a hospital", "Acme"; not "night", "home", "least". */
const isEmployer = (phrase: string): boolean =>
  /^(?:an?|the|my|their|our) \p{L}|^\p{Lu}/u.test(phrase) &&
  !/\b(?:moment|time|job|work|end|company|weekend)s?$/iu.test(phrase);

const isField = (phrase: string): boolean =>
  /^\p{Ll}/u.test(phrase) &&
  !/^(?:an?|the|my|their|it|peace|shifts?|silence|teams?|person|progress|general)\b/u.test(phrase);

/** Where somebody lives "in" without living there: the past, fear, a dream. */
const isPlace = (phrase: string): boolean =>
  !/\b(?:past|present|moment|fear|hope|denial|peace|future|dream|bubble|world|shadow|world|car|shoes|way)\b/iu.test(
    phrase,
  );

const home = (begins: boolean): Rule['make'] =>
  simple('home', { of: 'place', begins, strip: false, accept: isPlace });

/** Both ends of a move: the new home from then on, the old one until then. */
const moved = ({ words, time, person, moment }: Match): readonly Draft[] => {
  const to = words('place');
  const from = words('from');
  const here: Draft = { attribute: 'home', value: to, begins: true };
  if (from === '') return [here];
  const when = time === undefined ? '' : ` until ${time.value}`;
  const text = `${person.label} lived in ${from}${when}.`;
  const valid = { until: time?.valid.from ?? moment };
  return [here, { attribute: 'home', value: from, text, valid, entities: [from] }];
};

const job = (begins: boolean): Rule['make'] => simple('job', { of: 'job', begins, accept: isOccupation });

const work = ({ words }: Match): readonly Draft[] => {
  const drafts: Draft[] = [];
  const employer = words('org');
  const role = words('job');
  if (employer !== '' && isEmployer(employer)) drafts.push({ attribute: 'employer', value: bare(employer) });
  if (role !== '') drafts.push({ attribute: 'job', value: bare(role) });
  return drafts;
};

const hired = (match: Match): readonly Draft[] => work(match).map((draft) => ({ ...draft, begins: true }));

/** An end of work: of one employer, or of whatever it was. */
const leftWork = ({ words }: Match): readonly Draft[] => {
  const employer = words('org');
  const value = employer === '' || !isEmployer(employer) ? undefined : bare(employer);
  return [{ attribute: 'employer', negated: true, begins: true, ...(value === undefined ? {} : { value }) }];
};

const WORK_STATES: Readonly<Record<string, string>> = {
  retired: 'retired',
  unemployed: 'unemployed',
  freelancing: 'freelancer',
};

/** Where somebody lives, works and learns, and how that changed. */
export const LIFE_RULES: readonly Rule[] = [
  {
    when: [
      'S * ~live|reside * in|at|near|outside {place:PLACE}',
      'S * ~live|reside * in|on {place:NP}',
      'S am|is|are * based|living|residing|settled in|near {place:PLACE}',
      'O home is in {place:PLACE}',
    ],
    make: home(false),
  },
  {
    when: ['S * have|has lived * in {place:PLACE} T', 'S * have|has been living in {place:PLACE} T'],
    modes: ['plain'],
    make: (match) => (match.time?.valid.until === undefined ? home(false)(match) : []),
  },
  {
    when: [
      'S * <move|relocate * back? from {from:PLACE} to {place:PLACE}',
      'S have|has * moved|relocated back? from {from:PLACE} to {place:PLACE}',
      'S * <move|relocate * back? to {place:PLACE} from {from:PLACE}',
      'S have|has * moved|relocated back? to {place:PLACE} from {from:PLACE}',
      'S * <move|relocate * back? to {place:PLACE}',
      'S have|has * moved|relocated back? to {place:PLACE}',
      'S * <settle down? in {place:PLACE}',
    ],
    modes: ['plain'],
    make: moved,
  },
  {
    when: ['S * ~live|share alone?', 'S * ~live * with {who:NP}'],
    modes: ['plain', 'past', 'ended'],
    make: simple('household', { of: 'who', strip: false }),
  },
  {
    when: [
      'S * have|has * worked|been as? at|for|with {org:NP} T',
      'S * have|has been working at|for|with {org:NP} T',
      'S * have|has * worked|been as? {job:NP} T',
      'S * have|has been working as {job:NP} T',
    ],
    modes: ['plain'],
    make: (match) => {
      const isOver = match.time?.valid.from === undefined || match.time.valid.until !== undefined;
      const role = match.words('job');
      return isOver || (role !== '' && !isOccupation(role)) ? [] : work(match);
    },
  },
  {
    when: [
      'S * ~work * at|for {org:NP} as {job:NP}',
      'S * ~work * as {job:NP} at|for|with {org:NP}',
      'S am|is working at|for {org:NP} as {job:NP}',
    ],
    make: work,
  },
  {
    when: ['S * ~work * as {job:NP}', 'S am|is working as {job:NP}', 'O job is {job:NP}'],
    make: simple('job', { of: 'job' }),
  },
  {
    when: ['S * ~work * at|for|with {org:NP}', 'S am|is * working|employed at|for|by|with {org:NP}'],
    make: simple('employer', { of: 'org', accept: isEmployer }),
  },
  { when: ['S * ~work * in {place:NAME}'], make: simple('workplace', { of: 'place', strip: false }) },
  { when: ['S * ~work * in {what:NP}'], make: simple('field', { accept: isField }) },
  {
    when: ['S * am|is|are|was|were {job:NP} at|for|with {org:NP}'],
    make: (match) =>
      isOccupation(match.words('job')) && /^(?:an?|the) /u.test(match.words('job')) ? work(match) : [],
  },
  {
    when: ['S * am|is|are|was|were {job:NP}'],
    make: (match) => (/^(?:an?|the) /u.test(match.words('job')) ? job(false)(match) : []),
  },
  {
    when: [
      'S * <get|land|start|take|accept a|the new? job|position|role at|with {org:NP} as {job:NP}',
      'S * <get|land|start|take|accept a|the new? job|position|role as {job:NP} at|with {org:NP}',
      'S * <get|land|start|take|accept a|the|my new? job|position|role as {job:NP}',
      'S * <get|land|start|take|accept a|the|my new? job|position|role at|with {org:NP}',
      'S * <start working at|for {org:NP} as {job:NP}',
      'S * <start working as {job:NP}',
      'S * <start working at|for {org:NP}',
      'S was|were|got promoted to {job:NP}',
      'S * <join {org:NAME} as {job:NP}',
      'S * <join {org:NAME}',
      'S * <become {job:NP}',
    ],
    modes: ['plain'],
    make: (match) => {
      const role = match.words('job');
      return role === '' || isOccupation(role)
        ? hired(match)
        : hired({ ...match, words: (name) => (name === 'job' ? '' : match.words(name)) });
    },
  },
  {
    when: [
      'S * <quit|leave|lose my|the job|position at|with {org:NP}',
      'S * <quit|leave|lose my|the job|position',
      'S * <resign from {org:NP}',
      'S was|were|got * fired|laid off? from {org:NP}',
      'S was|were|got * fired|laid off?',
    ],
    modes: ['plain'],
    make: leftWork,
  },
  {
    when: ['S am|is|are * {state:WORD}', 'S * <retire'],
    modes: ['plain'],
    make: ({ words }) => {
      const state = words('state') === '' ? 'retired' : WORK_STATES[words('state').toLowerCase()];
      return state === undefined ? [] : [{ attribute: 'job', value: state, begins: words('state') === '' }];
    },
  },
  {
    when: [
      'S * =study|major {what:NP} at {school:NP}',
      'S am|is|are * studying {what:NP} at {school:NP}',
      'S am|is|are * majoring in {what:NP}',
      'S * =major in {what:NP}',
      'S * =study {what:NP}',
      'S am|is|are * studying|learning {what:NP}',
      'S am|is|are * taking {what:NP}',
    ],
    modes: ['plain', 'ended'],
    make: ({ words }) => {
      const what = words('what');
      if (/^(?:to|how|that|lot|hard|more|new things|things?)\b/u.test(bare(what)) || what === '') return [];
      if (/\b(?:care|break|breaks|time|notes|pictures|photos|part|steps|place|note|look)\b/u.test(what))
        return [];
      const school = words('school');
      return [
        { attribute: 'studies', value: bare(what) },
        ...(school === '' ? [] : [{ attribute: 'school', value: bare(school) }]),
      ];
    },
  },
  {
    when: ['S <graduate from {what:NP}', 'S have|has a? {what:NP} from {school:NAME}'],
    modes: ['plain'],
    make: (match) => {
      const what = match.words('what');
      const isDegree =
        match.words('school') === '' ||
        /\b(?:degree|master|masters|phd|bachelor|bachelors|diploma|mba)\b/iu.test(what);
      return isDegree
        ? [
            {
              attribute: 'education',
              value: what,
              valid: match.time === undefined ? {} : { from: match.time.valid.from },
            },
          ]
        : [];
    },
  },
];
