/** More than this of one message is not read: what is pasted is rarely about its sender. */
export const MAX_READ_LENGTH = 16_384;

const SALUTATION = /^\W*(?:dear|hi|hello|hey|to) (?<to>[^\n,.!?]{1,40})[,:!]?\s*(?:\n|,\s)/iu;
const CLOSING =
  /(?:^|[\n.!?])\s*(?:(?:yours|love|lots of love|best|kind regards|regards|best regards|warm regards|best wishes|sincerely|yours sincerely|yours truly|yours faithfully|cheers|hugs|xx+|many thanks|with love|all the best|take care)(?: from)?)\s*[,!\n-]+\s*(?<by>\p{Lu}[\p{L}.'-]+(?: \p{Lu}[\p{L}.'-]+)?)[\s.!x]*$/iu;

/** A letter that somebody else signed: none of its words are those of whoever pasted it. */
export const isForeignLetter = (text: string, speaker: string | undefined): boolean => {
  const by = CLOSING.exec(text)?.groups?.['by'];
  if (by === undefined || !SALUTATION.test(text)) return false;
  const [first = ''] = by.toLowerCase().split(' ');
  return speaker === undefined || !speaker.toLowerCase().split(/\s+/u).includes(first);
};

/** What is given to be worked on, not told: "Translate into German: ..." */
const TASK =
  /(?:^|(?<=[.!?\n] ?))\W*(?:(?:please|can you|could you|now|ok|hey),? )*(?:translate|fix|correct|proofread|rephrase|rewrite|reword|paraphrase|summari[sz]e|spell-?check|check|edit|improve|polish|shorten|say|repeat)\b[^:\n]{0,60}:\s[\s\S]*$/iu;

/** Paragraphs that each begin with a mark of quotation and do not end with one are somebody's speech. */
const QUOTED_PARAGRAPHS = /(?:^|\n)\s*["“][^"”\n]*\n(?:\s*\n)?(?=\s*["“])/u;
const QUOTED_PARAGRAPH = /^\s*["“].*$/gmu;

/** What a message says in its sender's own words: no code, no mail quotes, no captions of pictures. */
export const ownWords = (text: string): string => {
  const plain = text
    .slice(0, MAX_READ_LENGTH)
    .replace(/```[\s\S]*?(?:```|$)/gu, '\n')
    .replace(/^\s*(?:>|\||#{1,6} |\[(?:image|audio|file):).*$/gmu, '\n')
    .replace(TASK, '');
  return QUOTED_PARAGRAPHS.test(plain) ? plain.replace(QUOTED_PARAGRAPH, '\n') : plain;
};

/** Said to mean the contrary. */
const SARCASM =
  /^\W*(?:yeah,? right|oh,? sure|sure,? sure|as if)\b|(?:^|\s)\/s(?:arcasm)?\W*$|,? (?:yeah right|said no one ever|not!)\W*$/iu;

/** A sentence that turns the one before it into its contrary. */
const TURNS_AROUND = /^\W*(?:not|yeah,? right|as if|\/s|said no one ever)\W*$/iu;

/** Sentences without those that mean the contrary of what they say. */
export const meantAsSaid = (sentences: readonly string[]): readonly string[] =>
  sentences.filter(
    (sentence, at) =>
      !SARCASM.test(sentence) && !TURNS_AROUND.test(sentence) && !TURNS_AROUND.test(sentences[at + 1] ?? ''),
  );
