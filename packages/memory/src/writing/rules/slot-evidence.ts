import { isDenied } from './slot-cues.ts';
import { LOOKS, type Look } from './value-looks.ts';

/** A word that tells by a part only what a value is to somebody, and how much it tells. */
interface Cue {
  readonly form: RegExp;
  readonly weight: number;
  /** Where it must stand: right before the value, right after it, or anywhere in the sentence or message. */
  readonly at: 'before' | 'after' | 'sentence' | 'message';
}

/** What is told by the looks of a value and by words about it, none of which would be enough. */
interface Evidence {
  readonly attribute: string;
  readonly cues: readonly Cue[];
  /** Words that make it somebody else's, or no more than a wish. */
  readonly against: RegExp;
  /** It is a thing that is there whatever is denied of it: "my phone does not charge". */
  readonly isThing?: boolean | undefined;
}

/** From so much on it is believed. */
const ENOUGH = 3;

const cue = (at: Cue['at'], weight: number, words: string): Cue => {
  const source =
    at === 'before'
      ? String.raw`(?<![\p{L}])(?:${words}) $`
      : at === 'after'
        ? `^(?:${words})`
        : String.raw`(?<![\p{L}])(?:${words})(?![\p{L}])`;
  return { form: new RegExp(source, 'iu'), weight, at };
};

const SELF = cue('sentence', 1, "I|I'm|me|my|mine|we|us|our");
const MINE = cue(
  'before',
  2,
  '(?:my|our)(?: (?:own|old|new|little|poor|dear|trusty|beloved|battered|lovely|two|three|\\d+|\\p{L}+y|\\p{L}+ed)){0,2}',
);
const WISHED =
  "want|wants|wish|rent|rented|rental|hire|hired|saw|seen|test[- ]drive|test[- ]drove|borrow|borrowed|looking at|thinking of|thinking about|buy|buying|price of|would like|dream|dreaming|recommend|versus|vs|or an?|jealous|if|whether|next door|neighbou?r(?:'s)?|colleague(?:'s)?|friend(?:'s)?|boss(?:'s)?";

const against = (words: string): RegExp => new RegExp(String.raw`(?<![\p{L}])(?:${words})(?![\p{L}])`, 'iu');

const EVIDENCE: readonly Evidence[] = [
  {
    attribute: 'pet',
    isThing: true,
    cues: [
      SELF,
      MINE,
      cue(
        'before',
        2,
        '(?:have|keep|own|got|adopted|rescued) (?:an?|two|three|four|five|six|\\d+|some)(?: \\p{L}+)?',
      ),
    ],
    against: against(`${WISHED}|zoo|farm shop|stray|wild`),
  },
  {
    attribute: 'car',
    isThing: true,
    cues: [
      SELF,
      MINE,
      cue('before', 1, '(?:in|drive|driving|drove|wheel of|with) (?:an?|the|my|our)(?: \\p{L}+){0,2}'),
      cue(
        'sentence',
        1,
        'drive|driving|parked|garage|mot|tyres?|tires?|clutch|brakes?|miles|on the clock|petrol|mileage|engine|gearbox|boot|pulled over|wheel|to work|every (?:day|morning)|commute|number plate|service light',
      ),
    ],
    against: against(`${WISHED}|taxi|uber|works? (?:for|at)|factory|shares|engineer`),
  },
  {
    attribute: 'phone',
    isThing: true,
    cues: [
      SELF,
      MINE,
      cue('before', 1, '(?:on|from|with|have|use|using) (?:an?|the|my|this)(?: \\p{L}+)?'),
      cue(
        'sentence',
        1,
        'pocket|screen|screenshot|battery|charger|charging|bluetooth|sim|typing|texting|phone|user|apps?|camera roll|ringtone|set mine up|upgrade|selfie',
      ),
      cue('after', 1, ' user'),
    ],
    against: against(`${WISHED}|works? (?:for|at)|tv|fridge|tablet|shares|shop`),
  },
  {
    attribute: 'doctor',
    cues: [
      SELF,
      cue(
        'sentence',
        2,
        'my (?:\\p{L}+ )?(?:gp|doctor|physician)|been my (?:gp|doctor)|is my (?:gp|doctor)|put me on|prescribed me|prescribes me|referred me|treats me|examined me|looked after me|looks after me|my (?:check-?up|blood pressure|prescription)',
      ),
      cue(
        'message',
        1,
        'my (?:gp|doctor|physician)|(?:is|are|been) my (?:gp|doctor)|checkup|check-up|prescription|appointment|surgery',
      ),
    ],
    against: against(
      'dentist|vet|professor|lecture|lecturer|thesis|supervisor|who|novel|series|episode|colleague|boss',
    ),
  },
  {
    attribute: 'favorite:color',
    cues: [
      SELF,
      cue(
        'sentence',
        2,
        'fav(?:e|s|ou?rites?)?|prefer|best-loved|colou?r (?:that )?I (?:love|like)|love(?: the colou?r)?|adore|obsessed',
      ),
      cue('message', 1, 'colou?rs?|shade|hue|paint'),
      cue('message', -1, 'fav(?:ou?rite)? (?!colou?r|shade|hue|is|thing|of)\\p{L}+'),
    ],
    against: against('wine|wines|dress|shoes|jumper|team|shirt|hair|eyes|bike|hate|detest'),
  },
  {
    attribute: 'studies',
    cues: [
      SELF,
      cue(
        'before',
        2,
        "(?:stud(?:y|ying)|enrolled (?:in|on|for|to read)|(?:my|an?) degree in|major(?:ing)? in|(?:1st|2nd|3rd|4th|first|second|third|fourth|final)[- ]y(?:ea)?r|phd in|master(?:'s)? in|bachelor(?:'s)? in|student of)",
      ),
      cue(
        'after',
        1,
        ' (?:degree|course|student|undergrad|major|lectures|dissertation|thesis|exams?|phd|coursework|finals|module)',
      ),
      cue(
        'message',
        1,
        'dissertation|thesis|semesters?|exams?|finals|lectures?|faculty|degree|undergrad|phd|uni|university|college|coursework|supervisor|enrolled|freshman|sophomore|seminar',
      ),
    ],
    against: against(
      'teach|teaches|teaching|lecturer|professor of|son|daughter|brother|sister|friend|book|documentary|museum|podcast|used to|graduated|hate',
    ),
  },
];

/** Right after an animal: not the first part of another thing ("dog walker", "cat food"). */
const goesOn = (after: string): boolean =>
  /^(?:$|[.,;:!?)'’–—-]| (?:is|are|was|were|has|have|had|will|can|could|does|did|got|just|keeps?|kept|never|always|who|that|which|and|or|on|in|at|for|to|from|with|called|named|ate|bit|ran|slept|went|came|threw|fell|broke|knows?|won|made|\p{L}{2,}(?:ed|es)|sleeps|eats|needs|barks|hates|snores|bites)(?![\p{L}]))/iu.test(
    after,
  );

const OTHERS = /(?<![\p{L}])(?:his|her|their|your|whose|\p{L}+['’]s) (?:[\p{L}-]+ ){0,2}$/iu;

const weigh = ({ cues }: Evidence, { start, end }: Look, sentence: string, message: string): number =>
  cues.reduce((sum, { form, weight, at }) => {
    const where =
      at === 'before'
        ? sentence.slice(Math.max(0, start - 60), start)
        : at === 'after'
          ? sentence.slice(end)
          : at === 'sentence'
            ? sentence
            : message;
    return form.test(where) ? sum + weight : sum;
  }, 0);

const IS_NOT =
  /(?<![\p{L}])(?:is|was|are|were|has|have|had|do|did) (?:not|no|never)(?![\p{L}])(?! \p{L}+(?:ed|ing) )/iu;

const isOwn = ({ attribute, isThing }: Evidence, { start, end }: Look, sentence: string): boolean =>
  !OTHERS.test(sentence.slice(0, start)) &&
  !isDenied(isThing === true ? sentence.slice(0, start) : sentence) &&
  !(isThing === true && IS_NOT.test(sentence)) &&
  (attribute !== 'pet' || goesOn(sentence.slice(end)));

/** Something told by its looks and by several weak words. */
export interface Weighed {
  readonly attribute: string;
  readonly value: string;
}

/**
 * What a sentence tells of its speaker by values that can be told by their looks, with enough words that point at it. Where two
 * values of one kind stand none is taken: nothing says which is meant.
 */
export const weighEvidence = (sentence: string, message: string): readonly Weighed[] =>
  EVIDENCE.flatMap((evidence) => {
    const looks = LOOKS[evidence.attribute]?.(sentence) ?? [];
    if (looks.length === 0 || evidence.against.test(sentence)) return [];
    const own = looks.filter(
      (look) => isOwn(evidence, look, sentence) && weigh(evidence, look, sentence, message) >= ENOUGH,
    );
    const values = new Map(own.map(({ value }) => [value.toLowerCase(), value]));
    const [value] = values.values();
    return value === undefined || values.size > 1 ? [] : [{ attribute: evidence.attribute, value }];
  });
