/** Words that make up about half of any English text, and of few others. */
const ENGLISH = new Set(
  `a an the i you he she it we they me him her us them my your his its our their this that these those is am are was were be
been have has had do does did not no and or but if so as of at by for with about to from in on up out over then than just
very really too also when where who what how why there here now can will would could should may might must get got like
i'm i've i'll it's don't can't didn't isn't that's what's all some any more most since because name`.split(
    /\s+/u,
  ),
);

/** Short words of the languages most often taken for English, and that English lacks. */
const OTHERS = new Set(
  `de la el los las y que en un una por con para mi su es soy estoy tengo vivo muy pero le les des et je tu il elle nous vous
est suis dans mon ma mes pas ne pour avec ich du er sie wir ihr und der die das ist bin nicht ein eine mein meine mit auf
fur für von zu wohne io sono il di che ho mia mio non per della eu sou moro meu minha não nao uma com os em ik ben het een
mijn niet van jag är och inte min mitt på jeg og ikke mit har nie się jest mam moja mój na w z ben bir ve için`.split(
    /\s+/u,
  ),
);

const WORD = /[\p{L}\p{M}']+/gu;

/** Fewer words than this may be a name, a greeting, an answer: no language is claimed for them. */
const FEWEST_WORDS = 4;

/** Share of letters outside the Latin script from which a sentence is not English, whatever else is in it. */
const MOST_FOREIGN_LETTERS = 0.3;

/** Whether a sentence is English, another language, or too short to say. */
export const languageOf = (sentence: string): 'english' | 'other' | 'unknown' => {
  const letters = sentence.match(/\p{L}/gu) ?? [];
  const foreign = letters.filter((letter) => !/\p{Script=Latin}/u.test(letter)).length;
  if (letters.length > 0 && foreign / letters.length > MOST_FOREIGN_LETTERS) return 'other';
  const words = sentence.toLowerCase().replaceAll('’', "'").match(WORD) ?? [];
  const english = words.filter((word) => ENGLISH.has(word)).length;
  const other = words.filter((word) => OTHERS.has(word)).length;
  if (other > english && other >= 2) return 'other';
  if (words.length < FEWEST_WORDS) return 'unknown';
  if (english > 0) return 'english';
  return other > 0 || /[^\p{ASCII}]/u.test(sentence.replace(/[‘’“”–—…]|\p{Extended_Pictographic}/gu, ''))
    ? 'other'
    : 'unknown';
};
