import { bare, type Draft, type Match, type Rule, simple } from './rule.ts';

const SCHOOL =
  /\b(?:school|college|university|academy|institute|uni|polytechnic|kindergarten|conservatory|seminary|grammar|high|mit|eth|eton|harvard|yale|oxford|cambridge|stanford|princeton)\b/iu;
const DEGREE =
  /\b(?:degree|master|masters|master's|phd|doctorate|bachelor|bachelors|bachelor's|diploma|mba|ba|bsc|msc|ma)\b/iu;

/** A subject of study, not a thing that is looked at: "law", not "the log files". */
const isSubject = (phrase: string): boolean =>
  phrase !== '' &&
  !/^(?:to|how|that|the|an?|this|these|my|their|your|it|lots?|tons?|hard|more|new|things?|about|from|for|at|in|something)\b/iu.test(
    phrase,
  ) &&
  !/\b(?:files?|code|errors?|messages?|docs|documentation|data|logs?|results?|exam|test|ropes)$/iu.test(
    phrase,
  );

const learnt = (phrase: string): boolean =>
  isSubject(phrase.replace(/^the /iu, '')) && !/^the .*s$/iu.test(phrase);

const studies =
  (accept: (phrase: string) => boolean, begins = false): Rule['make'] =>
  ({ words }) => {
    const what = words('what').replace(/ (?:degree|studies)$/iu, '');
    const school = words('school');
    if (!accept(what)) return [];
    return [
      { attribute: 'studies', value: bare(what), begins },
      ...(school === '' ? [] : [{ attribute: 'school', value: bare(school), begins }]),
    ];
  };

const school =
  (begins: boolean): Rule['make'] =>
  ({ words, captures }) => {
    const value = words('school');
    const isStudent =
      /^(?:student|freshman|sophomore|junior|senior|undergrad|undergraduate|postgrad|postgraduate)$/iu.test(
        words('year'),
      ) || / year$/iu.test(words('grade'));
    if ((captures['year'] ?? captures['grade']) !== undefined)
      return isStudent ? [{ attribute: 'school', value: bare(value), begins }] : [];
    return SCHOOL.test(value) &&
      !/^(?:an?|my|the) (?:high |local )?(?:school|college|university)$/iu.test(value)
      ? [{ attribute: 'school', value: bare(value), begins }]
      : [];
  };

const degree = (match: Match): readonly Draft[] => {
  const what = match.words('what');
  const from = match.words('school');
  if (from === '' && !DEGREE.test(what)) return [];
  if (from !== '' && match.captures['what'] !== undefined && !DEGREE.test(what)) return [];
  const valid = match.time === undefined ? {} : { from: match.time.valid.from };
  return [{ attribute: 'education', value: bare(what === '' ? from : what), valid }];
};

/** What and where somebody learns. */
export const STUDY_RULES: readonly Rule[] = [
  {
    when: [
      'S * ~study {what:NP} at {school:NP}',
      'S * =major|minor in {what:NP} at {school:NP}',
      'S am|is|are * majoring|minoring in {what:NP} at {school:NP}',
      'S am|is|are * majoring|minoring in {what:NP}',
      'S * =major|minor in {what:NP}',
      'S * ~do|pursue|take a|an|O {kind:NP} in {what:NP} at {school:NP}',
      'S am|is|are * doing|pursuing a|an|O {kind:NP} in {what:NP} at {school:NP}',
      'S am|is|are * doing|pursuing|finishing a|an|O {kind:NP} in {what:NP}',
      'S * ~study {what:NP}',
    ],
    make: (match) =>
      match.captures['kind'] !== undefined && !DEGREE.test(match.words('kind'))
        ? []
        : studies(isSubject)(match),
  },
  {
    when: ['S * ~learn {what:NP}'],
    modes: ['plain', 'ended', 'negated'],
    make: (match) => (match.isPast ? [] : studies(learnt)(match)),
  },
  {
    when: ['S * ~learn to {what:OBJ}'],
    modes: ['plain', 'ended'],
    make: (match) =>
      match.isPast || match.points('what') ? [] : [{ attribute: 'studies', value: match.words('what') }],
  },
  {
    when: [
      'S * <switch|change O major|degree|studies|course from {old:NP} to {what:NP}',
      'S * <switch|change O major|degree|studies|course to {what:NP}',
      'S * <switch|change to {what:NP}',
    ],
    modes: ['plain'],
    make: (match) => {
      const isNamed = match.captures['old'] !== undefined || match.owned;
      return isNamed ? studies(isSubject, true)(match) : [];
    },
  },
  {
    when: [
      'S * ~study * at {school:NP}',
      'S am|is * a|an {year:WORD} at {school:NP}',
      'S am|is * in O {grade:NP} at {school:NAME}',
      'S am|is * a|an student at {school:NP}',
      'S am|is * a {what:NP} student at {school:NP}',
      'S * ~attend {school:NP}',
      'S * go|goes to {school:NP}',
      'S * <go to {school:NP}',
      'S am|is|are enrolled at|in {school:NP}',
    ],
    make: school(false),
  },
  {
    when: [
      'S * <enroll|enrol|start|begin at|in {school:NP}',
      'S * <enroll|enrol in {school:NP}',
      'S was|were|got accepted|admitted to|into|at {school:NP}',
    ],
    modes: ['plain'],
    make: school(true),
  },
  {
    when: ['S am|is|are * taking {what:NP}', 'S * =take {what:NP}'],
    modes: ['plain', 'ended'],
    make: simple('studies', { accept: (phrase) => /\b(?:class|classes|lessons?|courses?)$/iu.test(phrase) }),
  },
  {
    when: [
      'S * <graduate in {what:NP} from|at {school:NP}',
      'S * <graduate from {school:NP}',
      'S * have|has|hold|holds|earn|did|got a|an? {what:NP} from {school:NAME}',
      'S * have|has|hold|holds|earn a|an? {what:NP} in {of:NP}',
      'S * <earn|get|finish|complete|receive a|an|O {what:NP} from|at {school:NP}',
    ],
    modes: ['plain'],
    make: (match) => {
      const of = match.words('of');
      if (of === '') return degree(match);
      return DEGREE.test(match.words('what'))
        ? [{ attribute: 'education', value: `${bare(match.words('what'))} in ${of}`, valid: {} }]
        : [];
    },
  },
];
