import { type Aside, withoutAsides } from './asides.ts';
import type { People } from './people.ts';
import { withSubject } from './subjects.ts';
import { isNameToken, joinTokens, type Token } from './tokens.ts';
import { stateBase } from './verb-classes.ts';
import { isPast } from './verb-forms.ts';

/** A piece of a sentence with one subject, which stands first: as itself, or as the owner of something. */
export interface Clause {
  readonly tokens: readonly Token[];
  /** "since I was six" stands after it: what it tells of reaches to now. */
  readonly isSince?: boolean | undefined;
}

/** What a sentence says besides its clauses. */
const FILLERS = new Set(
  'and but so well oh yeah yes yep yup no nope nah hey hi hello wow haha lol ok okay anyway anyways also plus btw fyi honestly actually basically then thanks congrats ah aw aww um uh hmm sorry great cool nice sure fun first second finally luckily fortunately unfortunately sadly personally recently lately currently nowadays today wait correction now'.split(
    ' ',
  ),
);

/** Whole sentences with one of these are suppositions. */
const SUPPOSING = new Set(
  'if unless suppose supposing imagine pretend wish hypothetically whether'.split(' '),
);

/** What is told of a story is no fact: "In my novel I live in Venice". */
const FICTION =
  /\b(?:in|for) (?:my|our|the|this|that|a) (?:new |first |next |own )?(?:novel|book|story|short story|film|movie|script|screenplay|play|game|dream|poem|song|roleplay|role-play|campaign|fantasy|simulation|scenario|example|exercise|world|universe|essay|comic)\b|\b(?:my|the|our) (?:character|protagonist|hero|heroine|narrator|avatar|persona)\b/iu;

/** A clause with one of these claims too little to be a fact. */
const HEDGES = new Set(
  "maybe perhaps might could would should may possibly probably likely apparently supposedly guess think thinking thought believe assume suppose reckon doubt wonder wondering considering hope hoping wish seem seems seemed almost nearly 'd sort kinda sorta tempted unsure dream dreamed dreamt pretended joked kidding joking guessing imagined".split(
    ' ',
  ),
);

/** Who reports, does not claim: what follows is somebody's word. */
const REPORTING = new Set(
  'say says said tell tells told ask asks asked claim claims claimed think thinks thought believe believes believed joke jokes joked insist insists insisted hear heard read wrote quote dreamed dreamt pretend pretended lied assume assumes assumed'.split(
    ' ',
  ),
);

const isWord = (token: Token | undefined, words: ReadonlySet<string>): boolean =>
  token !== undefined && token.time === undefined && words.has(token.norm);

/** What one reads, writes and quotes is only a report before what was read: "I read that ...". */
const READING = new Set(['read', 'wrote', 'quote', 'hear', 'heard']);

const isReport = (tokens: readonly Token[]): boolean =>
  tokens.some(
    (token, at) =>
      isWord(token, REPORTING) &&
      (!READING.has(token.norm) ||
        /^(?:that|somewhere|online|i|he|she|they|you|it|the)$/u.test(tokens[at + 1]?.norm ?? 'that')),
  );

const SUBORDINATE = new Set('because although though since as cause'.split(' '));
const DROPPED = new Set(
  'when while after before until unless if whether where who which whose whom that why how than'.split(' '),
);
const PRONOUNS = new Set(
  'i we you he she it they my our your his her their this that there these those'.split(' '),
);
const LISTENER = new Set(['you', 'your', 'yours', 'yourself', "y'all", 'u', 'ur']);

const startsClause = (token: Token | undefined): boolean => isWord(token, PRONOUNS);

/** Verbs that the tagger takes for nouns without a subject before them. */
const NOUN_LIKE = new Set('work works live lives study studies play plays love loves'.split(' '));

/** A second predicate: "and work as a nurse", in the tense of the first. */
const continuesClause = (tokens: readonly Token[], at: number): boolean => {
  let verb = at;
  while (tokens[verb]?.pos === 'ADV' && verb < at + 2) verb += 1;
  return continuesWith(tokens[verb], tokens[verb + 1]);
};

const continuesWith = (token: Token | undefined, after: Token | undefined): boolean =>
  token !== undefined &&
  token.time === undefined &&
  !token.norm.endsWith('ing') &&
  (token.pos === 'AUX' ||
    token.pos === 'VERB' ||
    isPast(token.norm) ||
    (NOUN_LIKE.has(token.norm) && after?.pos === 'ADP'));

interface Piece {
  readonly tokens: readonly Token[];
  /** It begins without a subject of its own and goes on with that of the piece before. */
  readonly inherits: boolean;
  readonly dropped: boolean;
  readonly isSince: boolean;
}

/** What a word does to the clause that it stands in. */
type Cut = 'none' | 'leave out' | 'next' | 'inherit' | 'drop';

const isSign = ({ norm, spaced }: Token): boolean =>
  /^(?:[.;:!?()[\]–—]|\.{2,}|…)$/u.test(norm) || (norm === '-' && spaced);

const cutByJoin = (tokens: readonly Token[], at: number, open: readonly Token[]): Cut => {
  const join = tokens[at];
  const next = tokens[at + 1];
  const isCouple = next?.norm === 'i' && open.length <= 3 && /^(?:my|our)$/u.test(open[0]?.norm ?? '');
  if (isCouple) return 'none';
  // "so" before a verb only says how much: "I was so tired".
  const continues = join?.norm !== 'so' && open.length > 0 && continuesClause(tokens, at + 1);
  if (continues) return 'inherit';
  return startsClause(next) || (isWord(next, FILLERS) && open.length > 0) ? 'next' : 'none';
};

const isVerb = ({ pos }: Token): boolean => pos === 'VERB' || pos === 'AUX';

const JOINS = new Set(['and', 'but', 'or', 'so']);

const cutAt = (tokens: readonly Token[], at: number, open: readonly Token[]): Cut => {
  const token = tokens[at] as Token;
  const next = tokens[at + 1];
  if (token.time !== undefined) return 'none';
  if (isSign(token)) return 'next';
  if (token.norm === ',') {
    if (startsClause(next)) return 'next';
    // "I am a nurse, working at Acme"
    const goesOn =
      next?.norm.endsWith('ing') === true && /^(?:live|work|study)$/u.test(stateBase(next.norm) ?? '');
    if (goesOn && open.length > 0) return 'inherit';
    return isWord(next, JOINS) ? 'leave out' : 'none';
  }
  if (JOINS.has(token.norm)) return cutByJoin(tokens, at, open);
  if (isWord(token, SUBORDINATE) && startsClause(next)) return 'next';
  if (token.norm === 'because' && open.length > 1) return 'drop';
  // "learn how to dance" is one thing.
  if (token.norm === 'how' && next?.norm === 'to') return 'none';
  // "I left that job": it points at what follows.
  if (token.norm === 'that' && next?.pos === 'NOUN' && !tokens.slice(at + 2).some(isVerb)) return 'none';
  return open.length > 1 && isWord(token, DROPPED) && token.pos !== 'ADP' ? 'drop' : 'none';
};

const cutPieces = (tokens: readonly Token[]): readonly Piece[] => {
  const pieces: Piece[] = [];
  let open: Token[] = [];
  let how: Cut = 'next';
  const close = (isSince = false): void => {
    if (open.length > 0)
      pieces.push({ tokens: open, inherits: how === 'inherit', dropped: how === 'drop', isSince });
    open = [];
  };
  for (const [at, token] of tokens.entries()) {
    const cut = cutAt(tokens, at, open);
    if (cut === 'none') open.push(token);
    else if (cut !== 'leave out') {
      close(token.norm === 'since' || token.norm === 'ever');
      how = cut;
    }
  }
  close();
  return pieces;
};

const dropFillers = (tokens: readonly Token[]): readonly Token[] => {
  let start = 0;
  while (start < tokens.length) {
    const token = tokens[start] as Token;
    const isCall = isNameToken(token) && tokens[start + 1]?.norm === ',';
    const isTime = token.time !== undefined;
    if (!(isWord(token, FILLERS) || token.norm === ',' || isCall || isTime || token.pos === 'INTJ')) break;
    start += 1;
  }
  // A time that stood first belongs to the clause all the same.
  return [...tokens.slice(start), ...tokens.slice(0, start).filter(({ time }) => time !== undefined)];
};

/** True for a clause that claims something of the world, without "maybe" or "you". */
const isClaim = (tokens: readonly Token[]): boolean =>
  !tokens.some((token) => isWord(token, HEDGES) || isWord(token, LISTENER));

/** "working at Acme" after "I am a nurse": with the verb that it lost. */
const continued = (tokens: readonly Token[]): readonly Token[] =>
  tokens[0]?.norm.endsWith('ing') === true
    ? [{ text: 'am', norm: 'am', pos: 'AUX', spaced: true }, ...tokens]
    : tokens;

/** A clause of an aside, with whoever it stands beside as its subject. */
const asideClause = ({ of, tokens }: Aside, people: People): readonly Clause[] => {
  const [owner, ...rest] = of;
  if (owner === undefined || !isClaim(tokens) || isReport(tokens)) return [];
  const mine = { ...owner, text: 'my', norm: 'my' };
  const named = rest.filter(({ norm }) => norm !== 'named' && norm !== 'called');
  const read = withSubject([mine, ...named, ...tokens], people);
  return read?.[0]?.subject === undefined ? [] : [{ tokens: read }];
};

/** The clauses of a sentence that state something about the speaker or somebody the speaker told of. */
export const findClauses = (sentence: readonly Token[], people: People): readonly Clause[] => {
  if (FICTION.test(joinTokens(sentence))) return [];
  if (sentence.at(-1)?.norm.endsWith('?') || sentence.some((token) => isWord(token, SUPPOSING))) return [];
  const { tokens, asides } = withoutAsides(sentence);
  const clauses: Clause[] = [];
  let subject: Token | undefined;
  for (const piece of cutPieces(tokens)) {
    const plain = piece.inherits ? continued(piece.tokens) : dropFillers(piece.tokens);
    const reports = isReport(piece.tokens);
    const read = piece.inherits ? subject && [subject, ...plain] : withSubject(plain, people);
    // After "he says" everything may be what he says.
    if (reports && read?.[0]?.subject?.isSpeaker !== true) return clauses;
    if (!piece.dropped) subject = read?.[0]?.subject === undefined ? undefined : read[0];
    if (read === undefined || piece.dropped || reports || !isClaim(piece.tokens)) {
      if (reports) return clauses;
      continue;
    }
    clauses.push({ tokens: read, isSince: piece.isSince });
  }
  return [...clauses, ...asides.flatMap((aside) => asideClause(aside, people))];
};
