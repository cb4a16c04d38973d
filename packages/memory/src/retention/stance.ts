const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/u));

/**
 * Words by which speakers say what they like, want, fear and are used to, and ask to be reminded, for the larger languages;
 * with a word for the speaker in the same sentence they make a statement about a person that words alone do not show to be
 * rare ("I prefer tea to coffee"). Grammar of attitude, from grammars and not from a data set.
 */
export const STANCE: ReadonlySet<string> = set(
  `prefer prefers preferred favourite favorite favourites favorites hate hates hated dislike loathe love loved enjoy enjoyed adore
allergic vegetarian vegan afraid scared never always usually rarely seldom used quit stopped want wanted dream plan planning
decided need remember remind forget
prefiero prefiere favorito favorita odio odiaba encanta gusta gustan detesto alérgico alérgica nunca siempre suelo solía quiero
quisiera necesito miedo recuerda recuérdame olvides dejé decidí
préfère préféré préférée déteste aime adore allergique jamais toujours veux voudrais besoin peur rappelle oublie arrêté décidé
bevorzuge lieblings hasse liebe mag allergisch nie niemals immer meistens möchte brauche angst erinnere vergiss aufgehört
preferisco preferito odio adoro piace allergico mai sempre voglio vorrei bisogno paura ricordami
prefiro favorito odeio adoro gosto alérgico nunca sempre quero queria preciso medo lembra lembre
предпочитаю люблю ненавижу обожаю аллергия никогда всегда обычно хочу боюсь напомни запомни бросил бросила
أفضل أحب أكره حساسية أبدا أبدًا دائما دائمًا عادة أريد أحتاج أخاف تذكر ذكرني`,
);

/** The same in languages written without spaces. */
export const STANCE_RUN =
  /喜欢|喜歡|讨厌|討厭|最爱|最愛|过敏|過敏|从不|從不|从来|從來|总是|總是|害怕|想要|记得|記得|提醒|好き|嫌い|苦手|アレルギー|いつも|決して|ชอบ|เกลียด|แพ้/u;

/** Those of them that ask the listener for something: who is meant by "you" is then part of what is asked. */
export const REQUEST: ReadonlySet<string> = set(
  `want wanted need remember remind forget quiero quisiera necesito recuerda recuérdame olvides veux voudrais besoin rappelle oublie
möchte brauche erinnere vergiss voglio vorrei ricordami quero queria preciso lembra lembre хочу напомни запомни أريد أحتاج تذكر
ذكرني`,
);

/** The same in languages written without spaces. */
export const REQUEST_RUN = /想要|记得|記得|提醒/u;
