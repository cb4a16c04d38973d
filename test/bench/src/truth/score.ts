import type { Fact } from '@retentive/core';
import { analyze } from '../controls/analyze.ts';
import type { TruthProbe } from './history-schema.ts';
import type { ToldFact } from './stories.ts';
import type { Answer, Given } from './systems.ts';

/** Words that join a thing to its name and say nothing of either. */
const JOINING = new Set(analyze('called named name'));

const wordsOf = (text: string): ReadonlySet<string> =>
  new Set(analyze(text).filter((term) => !JOINING.has(term)));

const includes = (all: ReadonlySet<string>, part: ReadonlySet<string>): boolean =>
  part.size > 0 && [...part].every((word) => all.has(word));

/** Least share of a gold answer's words that a shorter value must have. */
const LEAST_SHARE = 0.5;

/** Whether a value, or the words it stands in, says what a gold answer says. */
const says = ({ value, text }: Given, gold: string): boolean => {
  const wanted = wordsOf(gold);
  if (wanted.size === 0) return (value ?? text).trim().toLowerCase() === gold.trim().toLowerCase();
  if (includes(wordsOf(`${value ?? ''} ${text}`), wanted)) return true;
  const given = value === undefined ? new Set<string>() : wordsOf(value);
  return includes(wanted, given) && given.size >= wanted.size * LEAST_SHARE;
};

/** True where the answer to a probe is right: the first value counts, of an order all of them. */
export const isRight = (probe: TruthProbe, answer: Answer): boolean => {
  const { answers, ability } = probe;
  if (probe.absent === true || answers.length === 0) return answer.length === 0;
  if (ability === 'order' && answers.length > 1) {
    const places = answers.map((gold) => answer.findIndex((given) => says(given, gold)));
    return places.every(
      (place, index) => place >= 0 && (index === 0 || place > (places[index - 1] as number)),
    );
  }
  const [first] = answer;
  return first !== undefined && answers.some((gold) => says(first, gold));
};

/** Facts that say something that was told of the same person. */
export const rightFacts = (facts: readonly Fact[], told: readonly ToldFact[]): number =>
  facts.filter(({ subject = '', value, text }) =>
    told.some((truth) => {
      const isAbout =
        subject.toLowerCase() === 'user' ||
        includes(wordsOf(subject), wordsOf(truth.subject)) ||
        includes(wordsOf(truth.subject), wordsOf(subject));
      return isAbout && says({ value, text }, truth.value);
    }),
  ).length;

const slotName = ({ subject, attribute, value, negated, text }: Fact): string =>
  JSON.stringify([subject?.toLowerCase(), attribute, [...wordsOf(value ?? text)].toSorted(), negated]);

/** Facts that say what another one says of the same time. */
export const duplicateFacts = (facts: readonly Fact[]): number =>
  facts.length - new Set(facts.map(slotName)).size;
