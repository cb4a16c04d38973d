import { isPlayed, isPractice } from './lists-of-doing.ts';
import { bare, type Draft, listItems, type Match, type Rule, simple } from './rule.ts';
import { stateBase } from './verb-classes.ts';

const played = ({ words, points, mode, isPast }: Match): readonly Draft[] => {
  if (points('what')) return [];
  const phrase = words('what').replace(
    / (?:once|twice|every|each|on|in|at|with|for|since|almost|three|two|most)\b.*$/iu,
    '',
  );
  if (mode !== 'plain' && /^(?:any |an? )?(?:musical )?(?:instruments?|sports?)$/iu.test(phrase))
    return [{ attribute: 'plays' }];
  // "I played tennis yesterday" is an event.
  if (isPast && mode === 'plain') return [];
  return listItems(phrase).flatMap((item) =>
    isPlayed(item) ? [{ attribute: 'plays', value: bare(item) }] : [],
  );
};

/** "I took up pottery", "I am into judo": what is done for its own sake. */
const hobby =
  (begins: boolean, accept: (phrase: string) => boolean): Rule['make'] =>
  ({ words, points }) => {
    const value = bare(words('what')).replace(/ (?:once|twice|every|each|three|two)\b.*$/iu, '');
    if (value === '' || points('what') || !accept(value)) return [];
    return [{ attribute: isPlayed(value) ? 'plays' : 'hobby', value, begins }];
  };

/** The end of doing something: under whatever attribute it is known. */
const givenUp = ({ words, points, holding, captures }: Match): readonly Draft[] => {
  const phrase = bare(words('what'));
  if (phrase === '' || points('what')) return [];
  const known = holding(phrase, [
    'plays',
    'hobby',
    'habit',
    'likes',
    'diet',
    'routine',
    'activity',
    'studies',
    'uses',
    'gym',
    'job',
    'employer',
    'school',
    'subscription',
    'owns',
    'car',
    'pet',
  ]);
  if (known !== undefined) return [{ ...known, negated: true, begins: true }];
  if (isPlayed(phrase)) return [{ attribute: 'plays', value: phrase, negated: true, begins: true }];
  if (isPractice(phrase)) return [{ attribute: 'hobby', value: phrase, negated: true, begins: true }];
  const verb = captures['what']?.[0]?.norm ?? '';
  return /^(?:smoking|drinking|vaping|gambling|eating|caffeine|alcohol|coffee|sugar|meat|soda|cigarettes|dairy|gluten|wine|beer)$/u.test(
    verb,
  )
    ? [{ attribute: 'habit', value: phrase, negated: true, begins: true }]
    : [];
};

/** What somebody plays, practises and collects, and gives up. */
export const PLAY_RULES: readonly Rule[] = [
  { when: ['S * ~PLAY {what:OBJ}', 'S * ~play any {what:NP}'], make: played },
  {
    when: ['S * {verb:~COLLECT} {what:NP} $'],
    make: ({ words, captures, isPast, mode, points }) => {
      const verb = stateBase(captures['verb']?.[0]?.norm ?? '');
      if ((isPast && mode === 'plain') || verb === undefined || points('what')) return [];
      // Many things, so that it is no single deed: "I collect old maps".
      return /^\p{Ll}.*[^s]s$/u.test(words('what')) &&
        !/^(?:the|these|those|my|two|three|some)\b/iu.test(words('what'))
        ? [{ attribute: 'hobby', value: `${verb} ${words('what')}` }]
        : [];
    },
  },
  {
    when: ['S * <take up {what:OBJ}', 'S * <get into {what:OBJ}', 'S * <start {what:OBJ}'],
    modes: ['plain'],
    make: hobby(true, (phrase) => isPlayed(phrase) || isPractice(phrase)),
  },
  {
    when: ['S * =sing|act|dance|perform in|with {what:NP}'],
    modes: ['plain', 'ended'],
    make: ({ verb, words, points }) =>
      points('what') ||
      !/\b(?:choir|band|orchestra|troupe|group|club|theat(?:er|re)|company|ensemble|quartet|class)\b/iu.test(
        words('what'),
      )
        ? []
        : [{ attribute: 'hobby', value: `${verb} in ${words('what')}` }],
  },
  {
    when: ['S * =do|practice|practise|train {what:OBJ}', 'S * =go {what:OBJ}'],
    make: hobby(false, isPractice),
  },
  {
    when: [
      'S * <give up on? {what:OBJ}',
      'S * <quit|stop|drop|abandon {what:OBJ}',
      'S * <go off {what:OBJ}',
      'S * <drop out of {what:OBJ}',
      'S * <finish|complete {what:NP}',
      'S am|is|are * done|finished|through with {what:OBJ}',
      'S * <lose interest in {what:OBJ}',
      'S * <fall out of love with {what:OBJ}',
      'S * <get|grow tired|sick of {what:OBJ}',
    ],
    modes: ['plain'],
    make: givenUp,
  },
  {
    when: ['S * =avoid|skip {what:OBJ}'],
    modes: ['plain'],
    make: (match) =>
      simple('habit')(match).flatMap(({ value, ...draft }) =>
        /^(?:dairy|gluten|meat|sugar|alcohol|pork|caffeine|nuts|fish|red meat|lactose|wheat|carbs|salt|eggs|shellfish)$/iu.test(
          value ?? '',
        )
          ? [{ ...draft, value: `eat ${value}`, negated: true }]
          : [],
      ),
  },
];
