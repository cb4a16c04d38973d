/** What parts words; but not what makes a number or a name another one: "C#", "C++", "-5", "1.5". */
const PARTING = /(?!(?<=\p{N})[.,:/](?=\p{N}))[^\p{L}\p{N}#+−]+/gu;

/** A value as it is compared. */
export const normaliseValue = (text: string | undefined): string => {
  const small = (text ?? '').normalize('NFKC').toLowerCase().trim();
  const plain = small
    .replace(/^(?:an?|the|my|their) /u, '')
    .replace(/(?<![\p{L}\p{N}])-(?=\p{N})/gu, '−')
    .replace(PARTING, ' ')
    .trim();
  // Of nothing but signs the signs are what it is.
  return plain === '' ? small : plain;
};

/** Whether two values are the same, whatever their case, article and punctuation. */
export const sameValue = (one: string | undefined, other: string | undefined): boolean =>
  one === other || normaliseValue(one) === normaliseValue(other);
