import type { CandidateSentence } from './candidates.ts';

const OF_SELF = /\b(?:i|i['’](?:m|ve|ll|d)|me|my|mine|myself|we|we['’](?:re|ve|ll|d)|us|our|ours)\b/iu;
const OF_HEARER = /\b(?:you|you['’](?:re|ve|ll|d)|your|yours|yourself)\b/iu;

/** What a word counts that stands in the question that a sentence replies to. */
const REPLY_WEIGHT = 0.85;

/** How much more of the question somebody else's words must hold than all that was said by or of the one who is named. */
const RIVAL_FACTOR = 1.5;

/**
 * Whether a sentence tells of somebody other than who is named: it is another's word of themselves, or the named one's word to
 * another ("your shop looks great").
 */
const isOfAnother = ({ speaker, terms, text }: CandidateSentence, named: string): boolean => {
  const isOfSelf = OF_SELF.test(text);
  const isOfHearer = OF_HEARER.test(text);
  if (speaker.includes(named)) return isOfHearer && !isOfSelf;
  return !terms.has(named) && (isOfSelf || !isOfHearer);
};

/**
 * True where what is asked of one speaker was said of another: the story is somebody else's, and whoever it is asked of has
 * none that comes near. `weights` are the question's terms with what each counts. Pure.
 */
export const isAnothersStory = (
  sentences: readonly CandidateSentence[],
  weights: readonly (readonly [term: string, weight: number])[],
  named: ReadonlySet<string>,
): boolean => {
  const [name, second] = named;
  // Of two who are named each may tell of the other.
  if (name === undefined || second !== undefined) return false;
  let [own, others] = [0, 0];
  for (const sentence of sentences) {
    let held = 0;
    for (const [term, weight] of weights) {
      if (term === name) continue;
      if (sentence.terms.has(term)) held += weight;
      else if (sentence.asked.has(term)) held += weight * REPLY_WEIGHT;
    }
    if (isOfAnother(sentence, name)) others = Math.max(others, held);
    else own = Math.max(own, held);
  }
  return others > own * RIVAL_FACTOR;
};
