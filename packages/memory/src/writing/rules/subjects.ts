import { isSeveral, relationOf } from './kin.ts';
import type { People } from './people.ts';
import { isNameToken, type Person, type Token } from './tokens.ts';
import { isParticiple } from './verb-forms.ts';

const KIN_ADJECTIVES = new Set(
  'older elder younger little big baby youngest oldest eldest twin late best good dear oldest half new old only lovely dear close former next-door'.split(
    ' ',
  ),
);

const PRONOUNS = new Set(['she', 'he']);
const POSSESSIVES = new Set(['her', 'his']);

const isWord = (token: Token | undefined, words: ReadonlySet<string>): boolean =>
  token !== undefined && token.time === undefined && words.has(token.norm);

const standIn = (source: Token, more: Partial<Token>): Token => ({
  text: source.text,
  norm: '',
  pos: '',
  spaced: source.spaced,
  ...more,
});

/** The name that begins at `at`, and where it ends. */
export const nameAt = (
  tokens: readonly Token[],
  at: number,
): { readonly name: string; readonly end: number } => {
  let end = at;
  while (end < tokens.length && isNameToken(tokens[end] as Token) && tokens[end]?.time === undefined)
    end += 1;
  const name = tokens
    .slice(at, end)
    .map(({ text }) => text)
    .join(' ');
  return { name, end };
};

/** A relative at `at`, after "my": the person, and where the words for it end. */
export const readKin = (
  tokens: readonly Token[],
  at: number,
  people: People,
): { readonly person: Person; readonly end: number } | undefined => {
  const { speaker } = people;
  let end = at;
  while (isWord(tokens[end], KIN_ADJECTIVES)) end += 1;
  const word = tokens[end];
  const relation = word === undefined || word.time !== undefined ? undefined : relationOf(word.text);
  if (word === undefined || relation === undefined || tokens[end + 1]?.norm === 'tongue') return undefined;
  end += 1;
  const isPlural = isSeveral(word.text);
  const said = isPlural ? { name: '', end } : nameAt(tokens, end);
  const name = said.name === '' && !isPlural ? (people.nameOf(relation) ?? '') : said.name;
  const description = tokens
    .slice(at, end)
    .map(({ text }) => text)
    .join(' ')
    .toLowerCase();
  const label = `${speaker.label}'s ${description}`;
  return {
    person: {
      subject: name === '' ? `${speaker.subject}'s ${isPlural ? word.norm : relation}` : name,
      label: said.name === '' ? label : `${label} ${said.name}`,
      isSpeaker: false,
      isPlural,
      relation,
      owner: speaker.subject,
      ...(name === '' ? {} : { name }),
    },
    end: said.end,
  };
};

/** "'s" as the verb that it stands for after a relative or a name; undefined where something is owned. */
const verbOf = (tokens: readonly Token[], at: number): 'is' | 'has' | undefined => {
  const next = tokens[at + 1];
  const after = tokens[at + 2];
  if (tokens[at]?.norm !== "'s" || next === undefined) return undefined;
  if (next.time !== undefined || next.pos === 'DET' || next.norm === 'not' || next.pos === 'ADV') return 'is';
  if (next.norm.endsWith('ing') && next.pos === 'VERB' && after !== undefined) return 'is';
  if (/^(?:in|at|from|on|allergic|married|retired|engaged|vegan|vegetarian)$/u.test(next.norm)) return 'is';
  return isParticiple(next.norm) && (after === undefined || after.pos === 'ADP' || after.pos === 'DET')
    ? 'has'
    : undefined;
};

const startingWith = (
  first: Token,
  person: Person,
  tokens: readonly Token[],
  end: number,
): readonly Token[] => {
  const next = tokens[end];
  if (next?.norm !== "'s" && next?.norm !== "'")
    return [standIn(first, { subject: person }), ...tokens.slice(end)];
  const verb = verbOf(tokens, end);
  if (verb === undefined) return [standIn(first, { owner: person }), ...tokens.slice(end + 1)];
  const written = { ...next, text: verb, norm: verb, pos: 'AUX', spaced: true };
  return [standIn(first, { subject: person }), written, ...tokens.slice(end + 1)];
};

/** A name or a pronoun that begins a clause: whoever the speaker told of by that name, or just spoke of. */
const withOther = (tokens: readonly Token[], people: People): readonly Token[] | undefined => {
  const [first] = tokens;
  if (first === undefined) return undefined;
  if (isWord(first, PRONOUNS) || isWord(first, POSSESSIVES)) {
    const person = people.meantBy(first.norm);
    if (person === undefined) return undefined;
    return POSSESSIVES.has(first.norm)
      ? [standIn(first, { owner: person }), ...tokens.slice(1)]
      : [standIn(first, { subject: person }), ...tokens.slice(1)];
  }
  if (!isNameToken(first)) return undefined;
  const { name, end } = nameAt(tokens, 0);
  const person = people.named(name);
  if (person === undefined) return undefined;
  people.hear(person);
  return tokens[end]?.norm === 'and' ? undefined : startingWith(first, person, tokens, end);
};

/** The name that "'s name is David" or "is called David" tells: what comes after in the sentence may mean him. */
const nameTold = (tokens: readonly Token[], at: number): string => {
  const words = tokens.slice(at, at + 3).map(({ norm }) => norm);
  const isName = words.join(' ') === "'s name is";
  const isCalled = words[0] === 'is' && /^(?:called|named)$/u.test(words[1] ?? '');
  return isName ? nameAt(tokens, at + 3).name : isCalled ? nameAt(tokens, at + 2).name : '';
};

/**
 * Puts the subject or owner that a clause begins with into one token; undefined when it is nobody we know. Whoever is named
 * beside a relation is known from then on.
 */
export const withSubject = (tokens: readonly Token[], people: People): readonly Token[] | undefined => {
  const { speaker } = people;
  const [first, second] = tokens;
  if (first === undefined) return undefined;
  if (first.norm === 'i' || first.norm === 'we') {
    return [standIn(first, { subject: speaker }), ...tokens.slice(1)];
  }
  if (first.norm !== 'my' && first.norm !== 'our') return withOther(tokens, people);
  const kin = readKin(tokens, 1, people);
  if (kin === undefined) return [standIn(first, { owner: speaker }), ...tokens.slice(1)];
  const { person, end } = kin;
  if (person.name !== undefined) people.introduce(person.name, person.relation ?? '');
  else people.hear(person);
  const told = nameTold(tokens, end);
  if (told !== '' && !person.isPlural && person.relation !== undefined)
    people.introduce(told, person.relation);
  const next = tokens[end];
  if (next?.norm === 'and' && tokens[end + 1]?.norm === 'i') {
    const label = `${speaker.label} and their ${person.label.slice(speaker.label.length + 3)}`;
    const both: Person = { ...speaker, label, isPlural: true };
    return [standIn(first, { subject: both }), ...tokens.slice(end + 2)];
  }
  if (next?.norm === 'and' || second === undefined) return undefined;
  return startingWith(first, person, tokens, end);
};
