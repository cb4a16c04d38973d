import { attributeNamed } from './nouns-of-attributes.ts';
import { bare, type Draft, listItems, type Match, type Rule } from './rule.ts';
import { dietOf } from './word-lists.ts';

/** What something is, not how: "a Pixel 8", "Dr. Almeida", "555-0134"; not "dead", "ringing". */
const isThing = ({ captures }: Match): boolean => {
  const words = (captures['what'] ?? []).filter(({ time }) => time === undefined);
  const [first] = words;
  if (first === undefined || first.norm === 'not') return false;
  const isPlain = words.every(
    ({ pos }) => pos === 'ADJ' || pos === 'ADV' || pos === 'VERB' || pos === 'PUNCT',
  );
  return !isPlain && !(first.pos === 'VERB' && first.norm.endsWith('ing') && words.length < 2);
};

const UNCLEAR =
  /^(?:it|you|that|this|these|those|them|how|when|what|the (?:one|same|best|worst|problem|thing)|one|so|all|too|very|in|on|at|about|not|full|over|with)\b/iu;

const SEVERAL = new Set(['hobby', 'plays', 'allergy', 'language', 'wants']);

/** "My dentist is Dr. Almeida": the noun says what kind of fact it is. */
const named = (match: Match): readonly Draft[] => {
  const { words, points, mode, isPast } = match;
  const found = attributeNamed(words('noun'));
  const what = words('what').replace(/^(?:now|currently|actually|still|called|named) /iu, '');
  if (found === undefined || points('what') || what === '' || UNCLEAR.test(what) || !isThing(match))
    return [];
  const { attribute, isFormer } = found;
  if (what.split(' ').length > 9) return [];
  if (attribute === 'wants') return [{ attribute, value: what.replace(/^to /u, '') }];
  if (attribute === 'diet') {
    const diet = dietOf(what);
    return diet === undefined ? [] : [{ attribute, value: diet }];
  }
  const items = SEVERAL.has(attribute) ? listItems(what.replace(/^to /u, '')) : [what];
  const isOver = (isFormer || isPast) && mode === 'plain';
  return items.map((item) => ({
    attribute,
    value: bare(item),
    ...(isOver ? { valid: { until: match.time?.valid.until ?? match.moment } } : {}),
  }));
};

const deadline = ({ words, captures }: Match): readonly Draft[] => {
  const time = captures['when']?.[0]?.time;
  const of = words('of');
  if (time === undefined) return [];
  return [
    { attribute: 'deadline', value: [of, time.value].filter((part) => part !== '').join(': '), valid: {} },
  ];
};

/** "I got a new phone, a Fairphone" */
const gotten = ({ words }: Match): readonly Draft[] => {
  const found = attributeNamed(bare(words('noun')));
  return found === undefined
    ? []
    : [{ attribute: found.attribute, value: bare(words('what')), begins: true }];
};

const HAD = /^(?:an?|any|my) /iu;

/** "I have no dentist": none of that kind. */
const lacks = ({ words }: Match): readonly Draft[] => {
  const phrase = words('noun');
  const found =
    HAD.test(phrase) || /s$/u.test(phrase) ? attributeNamed(bare(phrase.replace(/^any /iu, ''))) : undefined;
  return found === undefined ? [] : [{ attribute: found.attribute }];
};

/** Things that one has one of, by the noun that names them. */
export const NAMING_RULES: readonly Rule[] = [
  { when: ['S * <GET {noun:NP} ,|:|( {what:NP}'], modes: ['plain'], make: gotten },
  { when: ['S * have|has any? {noun:NP} $'], modes: ['negated', 'ended'], make: lacks },
  {
    when: ['O {of:NP} deadline is {when:T}', 'O deadline is {when:T}', 'O {of:NP} is due on|by? {when:T}'],
    modes: ['plain'],
    make: deadline,
  },
  {
    when: [
      'O {noun:NP} is|are|was|were now|currently|actually|called|named? {what:OBJ}',
      'O {noun:NP} for|in|of|at T is|are {what:OBJ}',
      'O {noun:NP} for|in|at {scope:NP} is|are {what:OBJ}',
      'O {noun:NP} has|have changed to {what:OBJ}',
      'O {noun:NP} changed to {what:OBJ}',
    ],
    modes: ['plain'],
    make: named,
  },
];
