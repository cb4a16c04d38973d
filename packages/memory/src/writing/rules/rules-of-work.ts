import { bare, type Draft, type Match, type Rule, simple } from './rule.ts';
import { isOccupation } from './word-lists.ts';

/** "a hospital", "Acme"; not "night", "home", "least". */
const isEmployer = (phrase: string): boolean =>
  /^(?:an?|the|my|their|our) \p{L}|^[\p{Lu}\d]/u.test(phrase) &&
  !/\b(?:moment|time|job|work|end|company|weekend|office|computer|desk|morning|evening|night|gym|bug|code|project|team|person|call|meeting|door|table)s?$/iu.test(
    phrase,
  );

const isField = (phrase: string): boolean =>
  /^\p{Ll}/u.test(phrase) &&
  !/^(?:an?|the|my|it|their|peace|shifts?|silence|teams?|person|progress|general|pairs?|groups?|parallel|advance)\b/u.test(
    phrase,
  );

/** A title, where the words around it leave no doubt that it is one: "got promoted to floor manager". */
const isTitle = (phrase: string): boolean =>
  /^\p{L}/u.test(phrase) &&
  phrase.split(' ').length <= 6 &&
  !/\b(?:it|this|that|time|day|level|top|stage)$/iu.test(phrase);

const role = (phrase: string): string => bare(phrase).replace(/^(?:new|full-time|part-time) /u, '');

const work = ({ words, captures }: Match): readonly Draft[] => {
  const drafts: Draft[] = [];
  const employer = words('org');
  const job = words('job');
  if (employer !== '' && isEmployer(employer)) drafts.push({ attribute: 'employer', value: bare(employer) });
  else if (captures['org'] !== undefined) return [];
  if (job !== '') drafts.push({ attribute: 'job', value: role(job) });
  return drafts;
};

/** A role is taken for one where it is an occupation, or where the verb can only be followed by one. */
const hired =
  (accept: (phrase: string) => boolean): Rule['make'] =>
  (match) => {
    const job = match.words('job');
    const known = job === '' || accept(job);
    const drafts = known
      ? work(match)
      : work({ ...match, words: (name) => (name === 'job' ? '' : match.words(name)) });
    return drafts.map((draft) => ({ ...draft, begins: true }));
  };

/** An end of work: of one employer, or of whatever it was. */
const leftWork = ({ words, captures, holding, mode }: Match): readonly Draft[] => {
  if (mode !== 'plain') return [];
  const employer = words('org');
  if (
    captures['org'] !== undefined &&
    !isEmployer(employer) &&
    holding(bare(employer), ['employer']) === undefined
  )
    return [];
  const value = employer === '' ? undefined : bare(employer);
  return [{ attribute: 'employer', negated: true, begins: true, ...(value === undefined ? {} : { value }) }];
};

const left: Rule['make'] = (match) => {
  const known = match.holding(bare(match.words('org')), ['employer', 'school', 'home', 'gym', 'job']);
  return known === undefined ? [] : [{ ...known, negated: true, begins: true }];
};

const WORK_STATES: Readonly<Record<string, string>> = {
  retired: 'retired',
  unemployed: 'unemployed',
  jobless: 'unemployed',
  freelancing: 'freelancer',
  'self-employed': 'self-employed',
};

const state =
  (begins: boolean): Rule['make'] =>
  ({ words, isPast, mode }) => {
    const value =
      WORK_STATES[
        words('state')
          .toLowerCase()
          .replace(/\s*-\s*/gu, '-')
      ];
    return value === undefined || (isPast && mode !== 'past') ? [] : [{ attribute: 'job', value, begins }];
  };

/** What somebody does for a living, and for whom. */
export const WORK_RULES: readonly Rule[] = [
  {
    when: [
      'S * ~work|freelance * at|for|with {org:NP} as {job:NP}',
      'S * ~work|freelance * as {job:NP} at|for|with|in {org:NP}',
      'S * ~make|earn O|a living * as {job:NP}',
      'S * ~work|freelance * as {job:NP}',
      'O job is to {job:OBJ}',
      'S am|is|are * {job:NP} by trade|profession|training|day',
    ],
    make: (match) =>
      match.isPast && match.mode === 'plain' && match.captures['org'] !== undefined
        ? work(match)
        : work(match),
  },
  {
    when: [
      'S * ~work|freelance * at|for|with|under {kind:NP} named|called {org:NAME}',
      'S * ~work|freelance * at|for|with|under {org:NP} instead of {old:NP}',
      'S * ~work|freelance * at|for|with|under {org:NP}',
      'S am|is|are|was|were * employed at|for|by|with {org:NP}',
      'S am|is|are * on the {kind:NP} at|of {org:NAME}',
    ],
    make: (match) =>
      /^(?:|payroll|staff|team|faculty|board|an? .+)$/iu.test(match.words('kind'))
        ? simple('employer', { of: 'org', accept: isEmployer })(match)
        : [],
  },
  {
    // "I am with Telenor these days", "I am no longer at Nokia"
    when: ['S am|is|are|was|were * with|at {org:NAME} now? $', 'S am|is|are|was|were * with|at {org:NAME} T'],
    make: (match) => {
      const org = match.words('org');
      const known = match.holding(org, ['employer', 'school']);
      if (known !== undefined)
        return [{ ...known, negated: match.mode === 'ended' || match.mode === 'negated' }];
      const isWith = match.preposition === 'with';
      const isNow = /\b(?:now|nowadays|these days|currently)\b/iu.test(match.tokensText);
      if (!isWith && isNow && match.mode === 'plain' && match.known('employer').length > 0)
        return [{ attribute: 'employer', value: org }];
      const isSaid = match.mode !== 'plain' || match.time?.valid.until === undefined;
      return isWith && isSaid ? [{ attribute: 'employer', value: org }] : [];
    },
  },
  { when: ['S * ~work * in|out of {place:NAME}'], make: simple('workplace', { of: 'place', strip: false }) },
  { when: ['S * ~work * in {what:NP}'], make: simple('field', { accept: isField }) },
  {
    when: ['S * ~work * in {org:NP}'],
    make: simple('employer', {
      of: 'org',
      accept: (phrase) =>
        /^an? /u.test(phrase) &&
        isEmployer(phrase) &&
        !/\b(?:way|hurry|field|industry|city|country|room|basement|group)\b/iu.test(phrase),
    }),
  },
  {
    when: ['S * ~teach {what:NP} at|in {org:NAME}', 'S * ~teach at {org:NAME}', 'S * ~teach {what:NP} $'],
    make: ({ words, isPast, mode, points }) => {
      const what = words('what');
      const org = words('org');
      if (
        (isPast && mode === 'plain') ||
        points('what') ||
        /^(?:my|the|an?|them|their|people|kids|children|students|you|classes)\b/iu.test(what)
      )
        return [];
      return [
        { attribute: 'job', value: what === '' ? 'teacher' : `${what} teacher` },
        ...(org === '' ? [] : [{ attribute: 'employer', value: org }]),
      ];
    },
  },
  {
    when: [
      'S * ~do an internship|apprenticeship|residency|traineeship at|with {org:NP}',
      'S am|is * doing an internship|apprenticeship|residency|traineeship at|with {org:NP}',
    ],
    make: (match) => simple('employer', { of: 'org', accept: isEmployer })(match),
  },
  {
    when: ['S * =report to {name:NAME}'],
    modes: ['plain'],
    make: ({ words }) => [{ attribute: 'family:boss', value: words('name'), entities: [words('name')] }],
  },
  {
    when: [
      'S am|is|are|was|were * {job:NP} at|for|with|of {kind:NP} named|called {org:NAME}',
      'S am|is|are|was|were * {job:NP} working|employed at|for|with|by {org:NP}',
      'S am|is|are|was|were * {job:NP} at|for|with {org:NP}',
    ],
    make: (match) =>
      isOccupation(match.words('job')) &&
      (/^(?:an?|the) /u.test(match.words('job')) ||
        match.mode !== 'plain' ||
        /^\p{Lu}/u.test(match.words('org')))
        ? work(match)
        : [],
  },
  {
    when: ['S am|is|are|was|were * {job:NP}'],
    make: (match) =>
      /^(?:an?|the) /u.test(match.words('job'))
        ? simple('job', { of: 'job', accept: isOccupation })(match)
        : [],
  },
  {
    when: [
      'S * <get|land|start|take|accept|find|secure a|an|the|O new? job|position|role|gig|post|offer at|with|from {org:NP} as {job:NP}',
      'S * <get|land|start|take|accept|find|secure a|an|the|O new? job|position|role|gig|post as {job:NP} at|with|for {org:NP}',
      'S * <get|land|start|take|accept|find|secure a|an|the|O new? job|position|role|gig|post as {job:NP}',
      'S * <get|land|start|take|accept|find|secure a|an|the|O new? job|position|role|gig|post|offer at|with|from {org:NP}',
      'S have|has * a|an new? job|position|role|gig at|with|for {org:NP} as {job:NP}',
      'S have|has * a|an new? job|position|role|gig as {job:NP} at|with|for {org:NP}',
      'S have|has * a|an new? job|position|role|gig as {job:NP}',
      'S have|has * a|an new? job|position|role|gig at|with|for {org:NP}',
      'S * <start @work|freelance at|for|with {org:NP} as {job:NP}',
      'S * <start @work|freelance as {job:NP}',
      'S * <start @work|freelance at|for|with {org:NP}',
      'S * <start * at {org:NAME} as {job:NP}',
      'S * <start * at {org:NAME}',
      'S * <join {org:NAME} as {job:NP}',
      'S * <join {org:NAME}',
      'S * <sign on? with {org:NAME}',
      'S was|were|got|am|is|are * hired|recruited|employed|headhunted|poached by|at {org:NP} as {job:NP}',
      'S was|were|got|am|is|are * hired|recruited|employed as {job:NP} at|by|for {org:NP}',
      'S was|were|got|am|is|are * hired|recruited|headhunted|poached by|at {org:NP}',
      'S was|were|got|am|is|are * hired as {job:NP}',
      'S * <become|turn {job:NP} at|for {org:NAME}',
      'S * <become|turn {job:NP}',
    ],
    modes: ['plain'],
    make: hired(isOccupation),
  },
  {
    when: [
      'S was|were|got|am|is|are * promoted|appointed|named|elevated to|as? {job:NP} at|of {org:NAME}',
      'S was|were|got|am|is|are * promoted|appointed|named|elevated to|as? {job:NP}',
      'S was|were|got * made {job:NP}',
      'S * <retrain|requalify|qualify as {job:NP}',
      'S * <get|accept|take a promotion to {job:NP}',
      'S * <switch|change|move from {old:NP} to {job:NP}',
    ],
    modes: ['plain'],
    make: (match) => {
      const isSwitch = match.captures['old'] !== undefined;
      const old = match.words('old');
      if (
        isSwitch &&
        match.holding(bare(old), ['job']) === undefined &&
        !(isOccupation(old) && isOccupation(match.words('job')))
      )
        return [];
      return hired(isTitle)(match);
    },
  },
  {
    when: [
      'S * <quit|leave|lose O|the|a job|position at|with {org:NP}',
      'S * <quit|leave|lose O|the|a job|position',
      'S * <resign from {org:NP}',
      'S * <resign $',
      'S * <quit $',
      'S * <hand in O notice',
      'S * <give O notice',
      'S was|were|got|am|is|are * fired|laid|let|sacked|dismissed off|go? from|by {org:NP}',
      'S was|were|got * fired|laid|sacked|dismissed off?',
      'S was|were|got * let go',
      'S was|were|got * made redundant',
      'S * <let me|us go',
    ],
    modes: ['plain'],
    make: leftWork,
  },
  {
    when: [
      'O time|days|career at|with {org:NAME} is|are over',
      'O contract with|at {org:NAME} ended',
      'O contract with|at {org:NAME} has ended',
    ],
    modes: ['plain'],
    make: leftWork,
  },
  { when: ['S * <quit|leave {org:NAME}'], modes: ['plain'], make: left },
  {
    when: ['S * have|has {what:NP}'],
    modes: ['ended', 'negated'],
    make: ({ words }) =>
      /^(?:an? |any )?(?:job|employment|work)$/iu.test(words('what')) ? [{ attribute: 'employer' }] : [],
  },
  { when: ['S am|is|are * {state:WORD}', 'S am|is|are * {state:NP} $'], make: state(false) },
  {
    when: ['S * <retire'],
    modes: ['plain'],
    make: ({ known, moment }) => [
      { attribute: 'job', value: 'retired', begins: true },
      ...known('employer').map((held) => ({ ...held, negated: true, valid: { from: moment } })),
    ],
  },
];
