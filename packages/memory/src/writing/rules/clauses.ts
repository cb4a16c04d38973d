import { isSeveral, relationOf } from './kin.ts';
import { isNameToken, type Person, type Token } from './tokens.ts';
import { isPast } from './verb-forms.ts';

/** A piece of a sentence with one subject, which stands first: as itself, or as the owner of something. */
export interface Clause {
  readonly tokens: readonly Token[];
}

/** What a sentence says besides its clauses. */
const FILLERS = new Set(
  'and but so well oh yeah yes yep yup no nope nah hey hi hello wow haha lol ok okay anyway anyways also plus btw fyi honestly actually basically then thanks congrats ah aw aww um uh hmm sorry great cool nice sure fun first second finally luckily fortunately unfortunately sadly personally recently lately currently nowadays today wait correction'.split(
    ' ',
  ),
);

/** Whole sentences with one of these are suppositions. */
const SUPPOSING = new Set(
  'if unless suppose supposing imagine pretend wish hypothetically whether'.split(' '),
);

/** A clause with one of these claims too little to be a fact. */
const HEDGES = new Set(
  "maybe perhaps might could would should may possibly probably likely apparently supposedly guess think thought believe assume suppose reckon doubt wonder wondering considering hope hoping wish seem seems seemed almost nearly 'd sort kinda sorta tempted unsure dream dreamed dreamt pretended joked kidding joking guessing imagined".split(
    ' ',
  ),
);

/** Who reports, does not claim: what follows is somebody's word. */
const REPORTING = new Set(
  'say says said tell tells told ask asks asked claim claims claimed think thinks thought believe believes believed joke jokes joked insist insists insisted hear heard read wrote quote dreamed dreamt pretend pretended lied assume assumes assumed'.split(
    ' ',
  ),
);

const SUBORDINATE = new Set('because although though since as cause'.split(' '));
const DROPPED = new Set(
  'when while after before until unless if whether where who which whose whom that why how than'.split(' '),
);
const PRONOUNS = new Set(
  'i we you he she it they my our your his her their this that there these those'.split(' '),
);
const KIN_ADJECTIVES = new Set(
  'older elder younger little big baby youngest oldest eldest twin late best good dear oldest half new old only'.split(
    ' ',
  ),
);
const LISTENER = new Set(['you', 'your', 'yours', 'yourself', "y'all", 'u', 'ur']);

const isWord = (token: Token | undefined, words: ReadonlySet<string>): boolean =>
  token !== undefined && token.time === undefined && words.has(token.norm);

/** The speaker, as facts name them. */
export const speakerPerson = (speaker: string | undefined): Person => ({
  subject: speaker ?? 'user',
  label: speaker ?? 'the user',
  isSpeaker: true,
  isPlural: false,
});

const standIn = (source: Token, more: Partial<Token>): Token => ({
  text: source.text,
  norm: '',
  pos: '',
  spaced: source.spaced,
  ...more,
});

/** A relative at `at`, after "my": the person, and where the words for it end. */
const readKin = (
  tokens: readonly Token[],
  at: number,
  speaker: Person,
): { readonly person: Person; readonly end: number } | undefined => {
  let end = at;
  while (isWord(tokens[end], KIN_ADJECTIVES)) end += 1;
  const word = tokens[end];
  const relation = word === undefined || word.time !== undefined ? undefined : relationOf(word.text);
  if (word === undefined || relation === undefined) return undefined;
  end += 1;
  const isPlural = isSeveral(word.text);
  let nameEnd = end;
  while (!isPlural && nameEnd < tokens.length && isNameToken(tokens[nameEnd] as Token)) nameEnd += 1;
  const name = tokens
    .slice(end, nameEnd)
    .map(({ text }) => text)
    .join(' ');
  const description = tokens
    .slice(at, end)
    .map(({ text }) => text)
    .join(' ')
    .toLowerCase();
  const label = `${speaker.label}'s ${description}`;
  return {
    person: {
      subject: name === '' ? `${speaker.subject}'s ${isPlural ? word.norm : relation}` : name,
      label: name === '' ? label : `${label} ${name}`,
      isSpeaker: false,
      isPlural,
      relation,
      ...(name === '' ? {} : { name }),
    },
    end: nameEnd,
  };
};

/** Puts the subject or owner that a clause begins with into one token; undefined when it is nobody we know. */
const withSubject = (tokens: readonly Token[], speaker: Person): readonly Token[] | undefined => {
  const [first, second] = tokens;
  if (first === undefined) return undefined;
  if (first.norm === 'i' || first.norm === 'we') {
    return [standIn(first, { subject: speaker }), ...tokens.slice(1)];
  }
  if (first.norm !== 'my' && first.norm !== 'our') return undefined;
  const kin = readKin(tokens, 1, speaker);
  if (kin === undefined) return [standIn(first, { owner: speaker }), ...tokens.slice(1)];
  const next = tokens[kin.end];
  if (next?.norm === "'s" || next?.norm === "'") {
    const isVerb = tokens[kin.end + 1]?.pos === 'DET';
    if (!isVerb) return [standIn(first, { owner: kin.person }), ...tokens.slice(kin.end + 1)];
  }
  if (next?.norm === 'and' && tokens[kin.end + 1]?.norm === 'i') {
    const label = `${speaker.label} and their ${kin.person.label.slice(speaker.label.length + 3)}`;
    const both: Person = { ...speaker, label, isPlural: true };
    return [standIn(first, { subject: both }), ...tokens.slice(kin.end + 2)];
  }
  if (next?.norm === 'and' || second === undefined) return undefined;
  const isAside =
    next?.norm === ',' && kin.person.name === undefined && isNameToken(tokens[kin.end + 1] as Token);
  if (isAside) return undefined;
  return [standIn(first, { subject: kin.person }), ...tokens.slice(kin.end)];
};

const startsClause = (token: Token | undefined): boolean => isWord(token, PRONOUNS);

/** Verbs that the tagger takes for nouns without a subject before them. */
const NOUN_LIKE = new Set('work works live lives study studies play plays love loves'.split(' '));

/** A second predicate: "and work as a nurse", in the tense of the first. */
const continuesClause = (token: Token | undefined, after: Token | undefined): boolean =>
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
}

/** What a word does to the clause that it stands in. */
type Cut = 'none' | 'leave out' | 'next' | 'inherit' | 'drop';

const isSign = ({ norm, spaced }: Token): boolean =>
  /^(?:[.;:!?()[\]–—]|\.{2,}|…)$/u.test(norm) || (norm === '-' && spaced);

const cutByJoin = (open: readonly Token[], next: Token | undefined, after: Token | undefined): Cut => {
  const isCouple = next?.norm === 'i' && open.length <= 3 && /^(?:my|our)$/u.test(open[0]?.norm ?? '');
  if (isCouple) return 'none';
  if (startsClause(next) || (isWord(next, FILLERS) && open.length > 0)) return 'next';
  return open.length > 0 && continuesClause(next, after) ? 'inherit' : 'none';
};

const JOINS = new Set(['and', 'but', 'or', 'so']);

const cutAt = (tokens: readonly Token[], at: number, open: readonly Token[]): Cut => {
  const token = tokens[at] as Token;
  const next = tokens[at + 1];
  if (token.time !== undefined) return 'none';
  if (isSign(token)) return 'next';
  if (token.norm === ',') {
    if (startsClause(next)) return 'next';
    return isWord(next, JOINS) ? 'leave out' : 'none';
  }
  if (JOINS.has(token.norm)) return cutByJoin(open, next, tokens[at + 2]);
  if (isWord(token, SUBORDINATE) && startsClause(next)) return 'next';
  return open.length > 1 && isWord(token, DROPPED) && token.pos !== 'ADP' ? 'drop' : 'none';
};

const cutPieces = (tokens: readonly Token[]): readonly Piece[] => {
  const pieces: Piece[] = [];
  let open: Token[] = [];
  let how: Cut = 'next';
  const close = (): void => {
    if (open.length > 0) pieces.push({ tokens: open, inherits: how === 'inherit', dropped: how === 'drop' });
    open = [];
  };
  for (const [at, token] of tokens.entries()) {
    const cut = cutAt(tokens, at, open);
    if (cut === 'none') open.push(token);
    else if (cut !== 'leave out') {
      close();
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

/** The clauses of a sentence that state something about the speaker or the speaker's kin. */
export const findClauses = (tokens: readonly Token[], speaker: Person): readonly Clause[] => {
  if (tokens.at(-1)?.norm.endsWith('?') || tokens.some((token) => isWord(token, SUPPOSING))) return [];
  const clauses: Clause[] = [];
  let subject: Token | undefined;
  for (const piece of cutPieces(tokens)) {
    const plain = piece.inherits ? piece.tokens : dropFillers(piece.tokens);
    const reports = piece.tokens.some((token) => isWord(token, REPORTING));
    const read = piece.inherits ? subject && [subject, ...plain] : withSubject(plain, speaker);
    // After "he says" everything may be what he says.
    if (reports && read?.[0]?.subject?.isSpeaker !== true) return clauses;
    if (!piece.dropped) subject = read?.[0]?.subject === undefined ? undefined : read[0];
    if (read === undefined || piece.dropped || reports || !isClaim(piece.tokens)) {
      if (reports) return clauses;
      continue;
    }
    clauses.push({ tokens: read });
  }
  return clauses;
};
