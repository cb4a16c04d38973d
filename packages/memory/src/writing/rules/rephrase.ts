import { verbsOf } from './verb-classes.ts';
import { formsOf } from './verb-forms.ts';

/** One way to turn a sentence around, so that its subject stands first: "Green is my favourite colour". */
interface Turn {
  readonly from: RegExp;
  /** Undefined where the sentence only looked like it. */
  readonly to: (groups: Readonly<Record<string, string>>) => string | undefined;
}

const verbs = (...classes: readonly string[]): string =>
  classes
    .flatMap(verbsOf)
    .flatMap((base) => [...formsOf(base)])
    .filter((form) => form !== '')
    .join('|');

const POINTING =
  /^(?:it|this|that|these|those|there|here|what|who|which|everything|nothing|something|he|she|they|you|i|we|my|our)\b/iu;

const TASTE = verbs('LIKE', 'HATE', 'PREFER');
const SUPERLATIVE = '(?: (?:most|best|the most|the best|more than anything|above all))?';
const HOW = '(?:(?:really|absolutely|truly|particularly|especially|just|always|simply|personally) )*';

/** Prepositions that a place or an employer takes where the sentence left it to "where". */
const AT: Readonly<Record<string, string>> = { work: 'work at', live: 'live in', study: 'study at' };

const BY: Readonly<Record<string, string>> = { cycle: 'bike', drive: 'car', walk: 'foot', run: 'running' };

const sentence = (...words: readonly (string | undefined)[]): string =>
  words
    .filter((word) => word !== undefined && word !== '')
    .join(' ')
    .replace(/\s+/gu, ' ');

const TURNS: readonly Turn[] = [
  // Changes, told around the corner.
  {
    from: /^after (?:\p{L}+ ){1,3}(?:years?|months?|weeks?) (?:at|in|with) (?<old>[\p{Lu}][\p{L} ]*?),? (?<who>I|we) (?<verb>(?:have |has )?(?:moved|switched|changed)) to (?<now>.+)$/iu,
    to: ({ old, who, verb, now }) => sentence(who, verb, 'from', old, 'to', now),
  },
  {
    from: /^(?<when>today|yesterday|monday|last \p{L}+|this week)? ?(?:was|is|had) my first day (?:at|with) (?<org>.+)$|^I had my first day (?:at|with) (?<also>.+)$/iu,
    to: ({ when, org, also }) => sentence('I started at', (org ?? also ?? '').replace(/[.!]+$/u, ''), when),
  },
  {
    from: /^I (?:have|found|got|have found|have got) a new favou?rite (?<thing>\p{L}+)\s*[:,–—-]\s*(?:it is )?(?<what>.+)$/iu,
    to: ({ thing, what }) => sentence('My favorite', thing, 'is', what),
  },
  {
    from: /^(?<what>[^,;]+?) (?:has |have )?(?:replaced|overtaken|beaten|dethroned) [^,;]+? as my (?:new )?favou?rite (?<thing>[\p{L} ]+?)(?<end>[.!]*)$/iu,
    to: ({ what, thing, end }) => sentence('My favorite', thing, 'is', `${what}${end}`),
  },
  {
    from: /^I (?:have )?(?:changed|switched) (?<noun>\p{L}+?)s?[,;:]* (?:and |so )?(?:now )?it is (?:now )?(?<what>.+)$/iu,
    to: ({ noun, what }) => sentence('My new', noun, 'is', what),
  },
  {
    from: /^(?<now>(?:I|we) .*?) instead of (?<old>[^,;]+?) (?:now|these days|nowadays)(?<end>[.!]*)$|^(?<also>(?:I|we) (?:now|currently) .*?) instead of (?<before>[^,;.!]+)(?<stop>[.!]*)$/iu,
    to: ({ now, old, also, before }) => sentence(now ?? also, 'and I gave up', old ?? before),
  },
  // Several facts in one phrase, each as a clause of its own.
  {
    from: /^(?<who>(?:I am|my [\p{L} ]+? is)) (?:now )?an? (?<age>\d{1,3})[- ]years?[- ]old (?<what>[^,]+?)(?: (?:from|living in|based in) (?<place>[^,]+))?$/iu,
    to: ({ who, age, what, place }) =>
      sentence(
        `${who} ${age} years old, and ${who} a ${what}`,
        place === undefined ? '' : `, and ${who} from ${place}`,
      ),
  },
  {
    from: /^(?<who>I|we) (?:currently |now )?(?:earn|make|get paid|am paid) (?<what>(?:about |around |roughly )?[$€£]? ?\d[\d.,]*k?(?: ?(?:euros?|dollars?|pounds?|francs?|eur|usd|gbp|kr|crowns?))?) (?<per>(?:an?|per) (?:year|month|hour|week|day|annum))(?<rest>.*)$/iu,
    to: ({ what, per, rest }) => sentence('My salary is', what, `${per}${rest}`),
  },
  {
    from: /^(?<who>I|we) (?:usually |now |mostly |always )*(?<how>cycle|bike|walk|drive|run|take the (?<line>train|bus|tram|metro|subway|ferry|tube)) to (?:work|the office)(?<rest>.*)$/iu,
    to: ({ who, how, line, rest }) => sentence(who, 'commute by', line ?? BY[how ?? ''] ?? how, rest),
  },
  {
    from: /^(?:the|my) deadline (?:for|of) (?:the|my|our) (?<what>[\p{L} ]+?) is (?<when>.+)$/iu,
    to: ({ what, when }) => sentence('My', what, 'deadline is', when),
  },
  // "I am 6 feet tall", "I weigh 70 kilos"
  {
    from: /^I am (?:about |around )?(?<what>\d[\p{L}\d' ."-]*?) tall(?<end>[.!]*)$/iu,
    to: ({ what, end }) => sentence('My height is', `${what}${end}`),
  },
  { from: /^I weigh (?:about |around )?(?<what>\d.*)$/iu, to: ({ what }) => sentence('My weight is', what) },
  {
    from: /^I am (?:between jobs|out of work|out of a job|jobless)(?<rest>.*)$/iu,
    to: ({ rest }) => `I am unemployed${rest}`,
  },
  {
    from: /^(?:you can |please )?(?:reach|contact|call|text|email) me (?:at|on|via|under) (?<what>\S*@\S+|[+\d][\d ()+-]{5,})$/iu,
    to: ({ what }) => sentence((what ?? '').includes('@') ? 'My email is' : 'My phone number is', what),
  },
  {
    from: /^(?<who>.+?) (?:was|were|is) born (?:and|&) (?:raised|bred) in (?<rest>.+)$/iu,
    to: ({ who, rest }) => sentence(who, who === 'I' ? 'was' : 'was', 'born in', rest),
  },
  {
    from: /^(?<who>I|we|my [\p{L} ]+?) (?:just |recently )?(?:had|gave birth to|welcomed|have) an? (?:new )?(?:beautiful |healthy |little )?(?:baby )?(?<kind>girl|boy)(?:,| named| called) (?:named |called )?(?<name>\p{Lu}\p{L}+)(?<rest>.*)$/iu,
    to: ({ who, kind, name, rest }) =>
      sentence(who, 'have a', kind === 'girl' ? 'daughter' : 'son', 'named', `${name}${rest}`),
  },
  {
    from: /^(?<before>.*?\b(?:adopted|got|bought|rescued|have|has|found) an? [\p{L} ]+?)(?<rest> (?:last|this|yesterday|on|in|from|a) .*?)?,? and (?:we |I |have )*(?:named|called) (?:him|her|it) (?<name>\p{Lu}\p{L}+)(?<end>.*)$/u,
    to: ({ before, rest, name, end }) => sentence(before, 'named', name, `${rest?.trim() ?? ''}${end}`),
  },
  // "My favourite film used to be ..., now it is ..."
  {
    from: /^(?<what>(?:my|our) [\p{L} ]+?) (?:used to be|was) [^,;]+?[,;]? (?:but |and )?(?:now |these days |lately )+(?:it is|is)(?: now)? (?<now>.+)$/iu,
    to: ({ what, now }) => sentence(what, 'is', now),
  },
  {
    from: /^(?<what>[\p{L}\p{N}][^,;:]{0,40}?) (?<not>is not|is no longer) (?<owner>my|our) (?<rest>favou?rite [\p{L} ]+?)(?<end>(?: anymore| any more| any longer)?[.!]*)$/iu,
    to: ({ what, not, rest, end }) =>
      POINTING.test(what ?? '') ? undefined : sentence('My', rest, not, `${what}${end}`),
  },
  // A list after a colon: "three kids: Tom, Anna and Lucy".
  {
    from: /^(?<before>[^:]*\b(?:have|has|got|own|adopted) [^:,]{1,40}?)\s*(?::|\(|–|—| - )\s*(?<names>\p{Lu}[\p{L} ,&]+?)\)?(?<end>[.!]*)$/u,
    to: ({ before, names, end }) => `${before}, ${names}${end}`,
  },
  {
    from: /^(?<who>I|we) (?<what>(?!am|are|have|was|were|do|would|will|can)\p{L}+ .+?)(?:,)? (?:in (?:my|our) (?:spare|free) time|as a hobby|for fun|for pleasure)(?<end>[.!]*)$/iu,
    to: ({ what, end }) => sentence('My hobby is to', `${what}${end}`),
  },
  {
    from: /^(?<who>I|we) neither (?<first>.+?) nor (?<second>.+)$/iu,
    to: ({ who, first, second }) => sentence(who, 'do not', first, 'and', who, 'do not', second),
  },
  {
    from: /^(?<who>.+?) (?:have |has )?(?:packed up|packed our bags|packed my bags|sold up) and (?<rest>(?:have |has )?(?:moved|relocated) .+)$/iu,
    to: ({ who, rest }) => sentence(who, rest),
  },
  {
    from: /^(?<org>\p{Lu}[\p{L}\d&]*(?: \p{Lu}[\p{L}\d]*)*) (?:has |have )?(?:just )?(?<how>let me go|laid me off|fired me|sacked me|hired me|took me on|offered me a job and I accepted)(?<rest>.*)$/u,
    to: ({ org, how, rest }) =>
      /hired|took|offered/u.test(how ?? '')
        ? sentence('I was hired by', `${org}${rest}`)
        : sentence('I was laid off from', `${org}${rest}`),
  },
  {
    from: /^(?:they|the company|management|my (?:boss|company|employer|job)|work) (?:has |have |just )*(?:let me go|laid me off|fired me|sacked me|made me redundant)(?<rest>.*)$/iu,
    to: ({ rest }) => `I was laid off${rest}`,
  },
  {
    from: /^the (?<what>[\p{L} ]+?(?: (?:to|in|with|at) [\p{L} ]+?)?) (?:is|was|has been|got) (?<off>cancelled|canceled|called off|off|postponed)(?<rest>.*)$/iu,
    to: ({ what, rest }) => sentence('I cancelled the', `${what}${rest}`),
  },
  // Clefts: "What I love most is ...", "One thing I can't stand is ...", "The company I work for is ..."
  {
    from: new RegExp(
      `^what (?<who>I|we) (?<verb>${HOW}(?:${TASTE}|can not stand|play|speak|collect|drive|study|teach))${SUPERLATIVE} (?:is|are) (?<what>.+)$`,
      'iu',
    ),
    to: ({ who, verb, what }) => sentence(who, verb, what),
  },
  {
    from: /^(?:the|my one) (?<noun>\p{L}+) (?:that |which )?(?:I|we) (?:like|love|enjoy) (?:most|best|the most|the best) (?:is|are) (?<what>.+)$/iu,
    to: ({ noun, what }) =>
      /^things?$/iu.test(noun ?? '') ? sentence('I love', what) : sentence('My favorite', noun, 'is', what),
  },
  {
    from: new RegExp(
      String.raw`^(?:the|one|another|a) (?:\p{L}+ )?(?:\p{L}+) (?:that |which |who )?(?<who>I|we) (?<verb>${HOW}(?:${TASTE}|can not stand|play|speak|drive|use|study))${SUPERLATIVE} (?:is|are) (?<what>.+)$`,
      'iu',
    ),
    to: ({ who, verb, what }) => sentence(who, verb, what),
  },
  {
    from: /^the (?:\p{L}+ )?(?:\p{L}+) (?:that |which |where )?(?<who>I|we) (?<now>now |currently )?(?<verb>live in|work for|work at|work with|work in|study at|live|work|study) (?:now )?is (?:called |named )?(?<what>.+)$/iu,
    to: ({ who, verb, what }) => sentence(who, AT[verb ?? ''] ?? verb, what),
  },
  {
    from: /^(?<what>[\p{L}\p{N}][^,]{0,40}?) is (?:now )?where (?<who>I|we) (?:now |currently )?(?<verb>live|work|study)\b(?<rest>.*)$/iu,
    to: ({ what, who, verb, rest }) =>
      POINTING.test(what ?? '') ? undefined : sentence(who, AT[verb ?? ''], `${what}${rest}`),
  },
  {
    from: /^it is (?:actually |now )?(?<what>[\p{L}\p{N}][^,]{0,40}?) (?:that |where |who |which )?(?<who>I|we) (?<verb>live in|work for|work at|study at|live|work|study|play|speak|love|hate|drive|use)(?<rest>[.,!].*)?$/iu,
    to: ({ what, who, verb, rest }) => sentence(who, AT[verb ?? ''] ?? verb, `${what}${rest ?? ''}`),
  },
  {
    from: /^home (?:for (?:me|us) |these days |now |nowadays )*is (?:now |currently )?(?:in )?(?<what>.+)$/iu,
    to: ({ what }) => sentence('My home is in', what),
  },
  // Doing something for a living, or for its own sake.
  {
    from: /^for (?:a living|work|my job|money),? (?<who>I|we) (?<what>.+)$/iu,
    to: ({ what }) => sentence('My job is to', what),
  },
  {
    from: /^(?:in|during) (?:my|our) (?:spare|free|leisure) time,? (?:I|we) (?<what>.+)$|^(?:as a hobby|for fun|to relax|to unwind),? (?:I|we) (?<also>.+)$/iu,
    to: ({ what, also }) => sentence('My hobby is to', what ?? also),
  },
  // What is told of somebody stands last: "Green is my favourite colour", "Ivo is my brother".
  {
    from: /^(?<what>[\p{L}\p{N}][^,;:]{0,40}?) (?<verb>is|are) (?:now )?(?<owner>my|our) (?<rest>(?:all-time |new |current |own )?[\p{L}' -]{2,40})(?<end>[.!]*)$/iu,
    to: ({ what, verb, owner, rest, end }) =>
      POINTING.test(what ?? '') ||
      /\b(?:not|never)\b/iu.test(what ?? '') ||
      (what ?? '').split(' ').length > 5
        ? undefined
        : `${owner === 'our' ? 'Our' : 'My'} ${rest} ${verb} ${what}${end}`,
  },
  // "Ivo, my brother, lives in Vienna"
  {
    from: /^(?<name>\p{Lu}\p{L}+), (?<owner>my|our) (?<kin>[\p{L} -]{2,24}), (?<rest>.+)$/u,
    to: ({ name, owner, kin, rest }) => `${owner === 'our' ? 'Our' : 'My'} ${kin} ${name} ${rest}`,
  },
];

/** Verbs of states that a fragment may begin with: "Living in Porto now." */
const DOING = verbs('LIVE', 'WORK', 'STUDY', 'LEARN', 'PLAY', 'DRIVE', 'USE')
  .split('|')
  .filter((form) => form.endsWith('ing'))
  .join('|');
const DONE = 'moved|relocated|adopted|bought|sold|switched|quit|joined|graduated|retired|started|stopped|got';
const NOW = '(?:(?:just|currently|now|still|also|finally|recently|officially|already|happily|mostly) )*';
const FINITE =
  /\b(?:is|are|was|were|must|can|could|will|would|should|may|might|has|have|had|does|do|did|makes?|seems?|sounds?|feels?|means?|keeps?|takes?|helps?)\b/iu;
const STATE =
  'allergic to|based in|born in|born and raised in|raised in|originally from|fluent in|obsessed with|proud owner of|mother of|father of|employed at|employed by|retired|married|divorced|single|engaged|widowed|vegan|vegetarian|pescatarian|flexitarian|keto|gluten-free|dairy-free';

/** Sentences of a chat that leave their subject out. */
const FRAGMENTS: readonly Turn[] = [
  {
    from: new RegExp(`^(?<now>${NOW})(?<verb>${DOING}) (?<rest>.+)$`, 'iu'),
    to: ({ now, verb, rest }) =>
      FINITE.test(rest ?? '') ? undefined : sentence('I am', now?.trim(), verb, rest),
  },
  {
    from: new RegExp(
      String.raw`^(?<now>${NOW})(?<verb>${DONE}) (?<rest>(?:to|from|a|an|my|two|three|as|at|for|engaged|married|divorced|promoted|hired|laid|rid|working|using|playing|learning|smoking|drinking|studying|\p{Lu}).*)$`,
      'iu',
    ),
    to: ({ now, verb, rest }) =>
      FINITE.test(rest ?? '') ? undefined : sentence('I', now?.trim(), verb, rest),
  },
  {
    from: /^(?:(?:just )?got )?(?:a )?(?:brand )?new (?<what>job|position|role|gig) (?<rest>(?:at|with|as) .+)$/iu,
    to: ({ what, rest }) => sentence('I got a new', what, rest),
  },
  {
    from: /^(?<kind>new )(?<what>job|phone|car|laptop|address|email|phone number|number|dentist|doctor|boss|gym)\s*: (?<rest>.+)$/iu,
    to: ({ what, rest }) => sentence('My new', what, 'is', rest),
  },
  {
    from: new RegExp(
      String.raw`^(?<now>${NOW})(?<state>${STATE})(?<rest>(?: (?!(?:is|are|was|were|people|restaurants?|food|men|women|life|couples?|parents?)\b).+)?)$`,
      'iu',
    ),
    to: ({ now, state, rest }) => {
      const takesObject = /(?:to|in|of|at|by|from|with)$/u.test(state ?? '');
      const isSaid = takesObject
        ? rest !== ''
        : /^ (?:since|for|now|again|as of|with|after|\p{Lu})/u.test(rest ?? '');
      return isSaid && !FINITE.test(rest ?? '') ? sentence('I am', now?.trim(), state, rest) : undefined;
    },
  },
  {
    from: /^(?<not>no longer|not|never) (?<what>.+?) (?<end>anymore|any more|any longer)(?<sign>[.!]*)$/iu,
    to: ({ not, what, end, sign }) => sentence('I am', not?.toLowerCase(), what, `${end}${sign}`),
  },
  {
    from: /^no longer (?<what>(?:a|an|at|with|in|based|living|working|married|single|vegan|vegetarian|\p{L}+ing)\b.*)$/iu,
    to: ({ what }) => sentence('I am no longer', what),
  },
  {
    from: /^(?:can not|could not) stand (?<what>.+)$/iu,
    to: ({ what }) => sentence('I can not stand', what),
  },
];

const FIRST_PERSON = /\b(?:i|we|my|our)\b/iu;

/** A sentence with its subject first, where it is one that is known to stand elsewhere or was left out. */
export const rephrase = (plain: string): string => {
  const turns = FIRST_PERSON.test(plain) ? [...TURNS, ...FRAGMENTS] : [...FRAGMENTS, ...TURNS];
  for (const { from, to } of turns) {
    const groups = from.exec(plain)?.groups;
    const turned = groups === undefined ? undefined : to(groups as Record<string, string>);
    if (turned !== undefined) return turned;
  }
  return plain;
};

const FRAGMENT_START = new RegExp(
  String.raw`^\W*${NOW}(?:${DOING}|${DONE}|${STATE}|new|no longer|not|home|can not|can't|cannot)\b`,
  'iu',
);

/** Whether a sentence without "I" may be one about its writer; cheap. */
export const mayBeFragment = (sentence_: string): boolean => FRAGMENT_START.test(sentence_);
