/** Kinds that slots read without knowing what their values look like: only a whole phrase is one. */
const READ_AS_PHRASES = new Set([
  'likes',
  'dislikes',
  'owns',
  'studies',
  'plan',
  'favorite:food',
  'favorite:color',
]);

/** What a phrase goes on with: "the taste of these", "the lesson it teaches", "a video presentation to teach". */
const GOES_ON =
  /^ (?:of|to|that|which|who|whose|what|how|it|I|we|he|she|they|you|is|are|was|were|will|would|do|does|did|has|have|into|from|by|me|us|him|her|them|not|no)(?![\p{L}])/iu;

/** One that is there: "the lesson", "this spot". */
const THE_ONE = /^(?:the|this|that|these|those|your|his|her|their) \p{Ll}/u;

/** "seeing my teammates succeed" */
const SEEN_DOING = /^\p{L}+ing .*\b(?:an?|the|my|our)\b/iu;

/** Nothing without what comes after it. */
const LIGHT =
  /^(?:getting|going|doing|being|having|making|taking|working|playing|seeing|helping|trying|looking|coming|putting|keeping|giving|real|really|so|very)(?: (?:hard|lost|back|out))?$/iu;

/** Whether the words that were caught are all of what is told, and not one thing among what was spoken of. */
export const isWhole = (
  part: string,
  match: RegExpExecArray,
  caught: string,
  attribute: string,
  end: number,
): boolean => {
  if (!READ_AS_PHRASES.has(attribute)) return true;
  if (THE_ONE.test(caught) || SEEN_DOING.test(caught)) return false;
  const after = part.slice(end);
  if (LIGHT.test(caught) && /^ \p{L}/u.test(after)) return false;
  return !match[0].endsWith(caught) || !GOES_ON.test(after);
};
