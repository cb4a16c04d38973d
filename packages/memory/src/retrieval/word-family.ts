/** Endings by which English makes words from words, as stems have them (Porter2): "inspir-ation", "engin-eer". */
const ENDINGS =
  'ation ition ator ment ness ship hood ist ism ion iti it iv ful less abl ibl al er eer or ant ent anc enc ic i y e'.split(
    ' ',
  );
const LATIN = /^[a-z]+$/u;
/** A root shorter than this says nothing: "her" is not of the family of "heroic". */
const LEAST_ROOT = 4;
/** "conspir-ator-ial": endings stack, but seldom more than these. */
const MOST_ENDINGS = 2;

const BY_LENGTH = ENDINGS.toSorted((a, b) => b.length - a.length);

const withoutEnding = (stem: string): string => {
  const ending = BY_LENGTH.find((one) => stem.endsWith(one) && stem.length - one.length >= LEAST_ROOT);
  return ending === undefined ? stem : stem.slice(0, -ending.length);
};

/**
 * Stems that may belong to the family of a stem: those of its root, with one ending and without. Many are no words; who asks
 * looks whether they occur. Pure.
 */
export const wordFamily = (stem: string): readonly string[] => {
  if (!LATIN.test(stem)) return [];
  let root = stem;
  for (let count = 0; count < MOST_ENDINGS; count += 1) root = withoutEnding(root);
  if (root.length < LEAST_ROOT) return [];
  return [root, ...ENDINGS.map((ending) => root + ending)].filter((one) => one !== stem);
};
