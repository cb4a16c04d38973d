/** A value as it is compared. */
export const normaliseValue = (text: string | undefined): string =>
  (text ?? '')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/^(?:an?|the|my|their) /u, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Whether two values are the same, whatever their case, article and punctuation. */
export const sameValue = (one: string | undefined, other: string | undefined): boolean =>
  normaliseValue(one) === normaliseValue(other);
