import { animalOf } from './kin.ts';
import { type NeededWords, neededWords } from './needed-words.ts';
import { isOccupation, isVehicle, languageName } from './word-lists.ts';

/** What the value of a slot looks like: a name, a thing, a date, a number to call, a doctor, what somebody does. */
export type Shape = (typeof SHAPES)[number];

export const SHAPES = [
  'name',
  'thing',
  'animal',
  'vehicle',
  'language',
  'date',
  'number',
  'doctor',
  'deed',
  'occupation',
] as const;

const MONTH =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
const DATE = String.raw`(?:the )?\d{1,2}(?:st|nd|rd|th)?(?: of)? ${MONTH}\b(?:,? \d{4})?|${MONTH}\.? (?:the )?\d{1,2}(?:st|nd|rd|th)?\b(?:,? \d{4})?|the \d{1,2}(?:st|nd|rd|th)? of ${MONTH}|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}-\d\d-\d\d`;
const NUMBER = String.raw`\+?\d(?:[ ()./-]{0,2}\d){5,14}`;

/** Words that end a phrase. */
const STOP =
  "is|are|was|were|be|been|being|am|do|does|did|have|has|had|having|will|would|could|should|can|may|might|must|not|n't|that|which|who|whom|whose|what|where|when|while|because|since|so|but|for|from|with|without|on|at|by|to|into|in|until|till|though|although|if|unless|than|then|as|and|or|nor|now|nowadays|lately|currently|instead|any|anymore|i|we|you|he|she|it|they|me|us|him|them|these|this|those|here|there|just|really|too|also|ever|never|always|again|finally|today|yesterday|tomorrow|tonight|last|next|every|each|before|after|please|actually|rather|no|yes|how|why|about|over|off|up|down|out|get|gets|got|makes|make|went|go|goes|still|already|only|even|anyway|sorry|oh|well|like|more|hello|goodbye|bye|very|btw|yep|nope|lol|however";
const WORD = String.raw`(?!(?:${STOP})(?![\p{L}\p{N}]))[\p{L}\p{N}](?:[\p{L}\p{N}'’/+&-]|\.(?=\p{L}))*`;
const THING = `(?:(?:an?|the|some|my|our|one|two|three|four) )?${WORD}(?: (?:of |& |'?n'? )?${WORD}){0,4}(?: and ${WORD}(?=[.,;!]|$))?`;
const NAME = `(?:the )?(?:dr\\. |st\\. )?${WORD}(?: (?:of |de |la |& |and |upon )?${WORD}){0,4}`;
const DOCTOR = String.raw`(?:dr\.?|doctor|doc) ${WORD}(?: ${WORD})?`;
const DEED = String.raw`[\p{L}\p{N}][^,;:.!?–—()]{2,60}`;

const SOURCES: Readonly<Record<Shape, string>> = {
  name: NAME,
  thing: THING,
  animal: THING,
  vehicle: THING,
  language: WORD,
  occupation: THING,
  date: DATE,
  number: NUMBER,
  doctor: DOCTOR,
  deed: DEED,
};

/** A pattern with a value in it. */
export interface Form {
  /** What a text needs for it to fit; asked before it is tried. */
  readonly needs: NeededWords;
  /** The value where it first stands, with where it stands. */
  find(text: string): RegExpExecArray | null;
  all(text: string): readonly RegExpExecArray[];
}

/** The words around a value: they are looked for first, since what may be a value is nearly everything. */
const cuesOf = (pattern: string): readonly RegExp[] =>
  pattern.split('{v}').flatMap((part) => {
    const words = part.trim();
    const isWhole = words.split('(').length === words.split(')').length;
    return /\p{L}/u.test(words) && isWhole ? [new RegExp(`(?:${words})`, 'iu')] : [];
  });

/**
 * What is neither letter nor digit, as few ranges of characters without case. Classes by property that are read without case
 * make each form some ten milliseconds slow at its first use, and there are some hundreds of forms.
 */
const SIGNS = String.raw`\0-\/:-@[-\x60{-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\xd7\xf7\u2000-\u2bff\u3000-\u303f\ud800-\uf8ff\ufe10-\ufe6f\uff00-\uff0f`;

/** A form with its classes by property written as what they leave out. */
const withPlainClasses = (source: string): string =>
  source
    .replace(/\[\\p\{L\}\\p\{N\}(?<more>[^\]]+)\]/gu, `(?:[^${SIGNS}]|[$<more>])`)
    .replaceAll(String.raw`[\p{L}\p{N}]`, `[^${SIGNS}]`)
    .replace(/\[\\p\{L\}(?<more>[^\]]+)\]/gu, String.raw`(?:[^${SIGNS}\d]|[$<more>])`)
    .replace(/\[?\\p\{L\}\]?/gu, String.raw`[^${SIGNS}\d]`);

/** Compiles a pattern with `{v}` where a value of that shape stands. */
export const formWith = (pattern: string, shape: Shape): Form => {
  const source = String.raw`(?<![\p{L}\p{N}])(?:${pattern.replaceAll('{v}', `(?<v>${SOURCES[shape]})`)})(?![\p{L}\p{N}])`;
  // Made when they are first asked for: most forms never are.
  let needs: NeededWords | undefined;
  let cues: readonly RegExp[] | undefined;
  let form: RegExp | undefined;
  const all = (text: string): readonly RegExpExecArray[] => {
    cues ??= cuesOf(pattern);
    if (!cues.every((cue) => cue.test(text))) return [];
    form ??= new RegExp(withPlainClasses(source), 'gi');
    return [...text.matchAll(form)];
  };
  return {
    get needs() {
      needs ??= neededWords(source);
      return needs;
    },
    find: (text) => all(text)[0] ?? null,
    all,
  };
};

/** Every value of a shape that can be told by its looks. */
export const valuesIn = (text: string, shape: Shape): readonly string[] => {
  if (shape === 'name') return namesIn(text);
  if (
    shape === 'thing' ||
    shape === 'deed' ||
    shape === 'occupation' ||
    shape === 'animal' ||
    shape === 'vehicle'
  )
    return [];
  return [...text.matchAll(new RegExp(SOURCES[shape], 'giu'))]
    .map(([found]) => shaped(found, shape, text))
    .filter((value) => value !== '');
};

const NO_NAME =
  /^(?:Me|Mine|Somebody|Someone|Everybody|Everyone|Nobody|People|Nothing|Some|One|I|Im|We|You|He|She|It|They|My|Our|Your|His|Her|The|A|An|This|That|These|Those|There|Here|And|But|Or|So|No|Not|Yes|Yeah|Oh|Ok|Okay|Well|Now|Just|Then|Since|After|Before|When|While|Once|As|At|In|On|By|For|From|With|To|Of|If|What|Who|Where|Which|Why|How|Sorry|Oops|Whoops|Actually|Correction|Update|News|Note|Please|Forget|Ignore|Scratch|Strike|Delete|Wrong|Typo|Never|Nope|Nah|Btw|Fyi|Lol|Haha|Ha|Hey|Hi|Hello|Goodbye|Bye|Guess|Turns|Make|Let|All|Both|Silly|Slip|Did|Do|Does|Is|Are|Was|Were|Am|Have|Has|Had|Can|Could|Would|Should|Will|New|Old|Moved|Left|Quit|Switched|Swapped|Changed|Traded|Sold|Bought|Got|Joined|Started|Meant|Said|Mr|Mrs|Ms|Don|Didn|Isn|Still|Also|Even|Only|Honestly|Confession|Truth|Fact|Home|Job|Work|Team|Address|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|Life|January|February|March|April|May|June|July|August|September|October|November|December|GP|TV|OK|PS|FYI|BTW|LOL|DOB)$/u;

const CAPITALS =
  /\p{Lu}[\p{L}\p{N}'’.&-]*(?: (?:(?:of|de|la|the|and|&|upon|von|van|del) )?(?!I(?![\p{L}.]))[\p{Lu}\d][\p{L}\p{N}'’.&-]*)*/gu;

/** A name without words around it that only begin a sentence, and without the sign at its end. */
const trimName = (phrase: string): string => {
  const words = phrase.split(' ');
  while (words.length > 0 && NO_NAME.test((words[0] ?? '').replace(/['’.]\p{L}*$/u, ''))) words.shift();
  return words
    .join(' ')
    .replace(/['’]s$/u, '')
    .replace(/[.,'’&-]+$/u, '');
};

const namesIn = (text: string): readonly string[] =>
  [...text.matchAll(CAPITALS)].map(([found]) => trimName(found)).filter((name) => name.length > 1);

/** Written without any capital: then names have none either. */
const isSmall = (text: string): boolean => !/\p{Lu}/u.test(text);

/** What belongs to others, or was spoken of before. */
const POINTING =
  /^(?:your|their|his|her|its|that|this|these|those|such|both|all|any|another|many|some more)\b/iu;

const VAGUE =
  /^(?:it|that|this|one|thing|things|something|anything|nothing|everything|someone|everyone|stuff|lot|lots|bit|way|kind|sort|time|times|day|days|mistake|case|fact|truth|joke|lie|point|question|idea|fun|best|worst|same|other|others|rest|end|start|right|wrong|place|home|work|job|new|old|true|false|good|bad|great|fine|better|sure|gone|over|mine|me|name|life|world|people|company|favourite|favorite|fave|food|colour|color|all|much|many|year|years|week|month|months|ago|while|spot|top|ones?|hands?|idea|word|words|answer|correct|typo|old one|first|second|done|ready|glad|happy|sad|sorry|tired|single|married|busy|late|own|behind|quiet|great|nice|lovely|cool|hard|cheaper|weird|funny|awful|terrible|ok|okay|useless|empty|clear|official|mutual|accurate|right one|love|like|bear|stand|seem|back|front|honest|real|serious|close|friend|friends|joy|both|more|less|last|next|different|special|huge|big|small|long|short|free|cheap|easy|important|interesting|diagnosed|severe|nasty|serious|mild|definitely|probably|obviously|really|totally|certainly|absolutely|clearly|simply|most|talking|amazing|awesome|perfect|possible|likely|fib|lie|joke|bravado|position|stiff|bits|one thing|no .+|not .+)$/iu;

const shapedName = (value: string, text: string): string => {
  if (isSmall(text)) return VAGUE.test(value) ? '' : value.split(' ').slice(0, 3).join(' ');
  const [first = ''] = namesIn(value);
  return value.replace(/^(?:the|an?) /iu, '').startsWith(first.slice(0, 2)) ? first : '';
};

const shapedDoctor = (value: string): string => {
  const [title = '', first = '', second = ''] = value.split(' ');
  const isName = /^\p{Lu}/u.test(second) && !/['’]s$/u.test(first);
  return [title, first, ...(isName ? [second] : [])].join(' ').replace(/['’]s$/u, '');
};

const BELONGING = /^(?:an?|the|some|my|our) (?:(?:new|old|own|little|very own|real|proper|good) )*/iu;

const shapedThing = (value: string, shape: Shape, text: string): string => {
  const plain = value.replace(/^.+ (?:an?|the|my|our) (?=\p{L})/iu, '').replace(BELONGING, '');
  if (VAGUE.test(plain) || plain.length < 2 || !/\p{L}/u.test(plain)) return '';
  if (shape === 'animal' && /^pet \p{L}/iu.test(plain)) return plain.replace(/^pet /iu, '');
  const isOfKind =
    shape === 'vehicle'
      ? isSmall(text) || /[\p{Lu}\d]/u.test(plain) || isVehicle(plain)
      : shape === 'animal'
        ? animalOf(plain.split(' ').at(-1) ?? '') !== undefined
        : shape !== 'occupation' || isOccupation(plain);
  return isOfKind ? plain : '';
};

/** What was caught as a value in the shape that it must have; empty where it has another one. */
export const shaped = (caught: string, shape: Shape, text: string): string => {
  const value = caught.trim().replace(/[\s.,'’&-]+$/u, '');
  if (POINTING.test(value)) return '';
  switch (shape) {
    case 'name':
      return shapedName(value, text);
    case 'date':
    case 'number':
      return value.replace(/^the /iu, '');
    case 'deed':
      return value;
    case 'language':
      return languageName(value) ?? '';
    case 'doctor':
      return shapedDoctor(value);
    default:
      return shapedThing(value, shape, text);
  }
};
