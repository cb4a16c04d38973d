/** Words that begin another clause behind a value: "small talk, just give me ...". */
const BEGINS_CLAUSE =
  /^(?:so|but|because|since|though|although|which|who|what|whats|how|when|where|why|while|if|unless|just|please|and (?:i|we|it|he|she|they|you|that|then|now|is|are|was|has)|i|we|it|he|she|they|you|that|this|there|is|are|was|has|have|do|does|can|could|will|would|should|not|no|yes|lol|haha|thanks)(?![\p{L}])/iu;

/** A clause that goes on without a comma. */
const GOES_ON =
  / (?:and (?:can|could|will|would|is|are|was|were|has|have|had|do|does|did|am|need|must|should|i|we|he|she|they|it|then|now|so)|so|but|because|though|although|cos|cuz|coz|whereas|lol|haha|btw)(?![\p{L}])(?! (?:called|much|many|far|good)).*$/iu;

/** How much or how long, and not what. */
const HOW_MUCH =
  / (?:best|the best|most|the most|(?:so |very |too |that )?much|a lot|a bit|lots|too|as well|again|at all|in the slightest|in the least|to bits|to death|more than anything|most of all|above all|these days|nowadays|anymore|any more|right now|at the moment|for good|tbh|though|either|anyway|instead)$/iu;

/** Further members of a list: "tea, coffee and cake". Nothing else after a comma belongs to a thing. */
const isList = (pieces: readonly string[]): boolean =>
  pieces.every((piece) => piece.split(' ').length <= 3) &&
  /^(?:and|or|&) |(?: and | or | & )/iu.test(pieces.at(-1) ?? '');

/** "Portland, Maine", "12 June, 1990": the part after the comma says which one. */
const saysWhich = (piece: string | undefined): boolean => /^[\p{Lu}\d]/u.test(piece ?? '');

/**
 * A value without what begins another clause behind it, or says how much: a reading that swallowed half of the next clause is
 * no value of anything.
 */
export const withinBorders = (value: string): string => {
  const [first = '', ...rest] = value.split(/\s*,\s+|\s+[–—]\s+|;\s*/u);
  const end = rest.findIndex((piece) => BEGINS_CLAUSE.test(piece));
  const pieces = end < 0 ? rest : rest.slice(0, end);
  const kept = isList(pieces) || saysWhich(pieces[0]) ? [first, ...pieces].join(', ') : first;
  let plain = kept.replace(GOES_ON, '');
  while (HOW_MUCH.test(plain)) plain = plain.replace(HOW_MUCH, '');
  return plain === '' ? value : plain;
};
