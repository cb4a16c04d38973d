const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/u));

/**
 * Words by which speakers mean themselves, for the larger languages; spellings that are another word in English are
 * left out. Where a language drops the pronoun, the commonest verbs that show it. Grammar, not vocabulary: nothing here comes from a data set.
 */
export const FIRST_PERSON: ReadonlySet<string> = set(
  `i me my mine myself we us our ours ourselves yo mí mi mis mío mía nosotros nosotras nuestro nuestra nuestros nuestras je j moi mon nous notre nos
ich mich mir mein meine meinen meiner wir uns unser unsere io mio mia miei noi nostro nostra eu meu minha meus minhas nós nosso
nossa ik mij mijn wij onze jag mig min vi oss я меня мне мой моя мои мы нас нам наш наша أنا نحن لي عندي मैं मुझे मेरा मेरी
हम estoy tengo trabajo prefiero quiero necesito estou tenho prefiro trabalho preferisco أعمل أسكن أعيش أحب أفضل أريد أختي أخي أمي أبي زوجتي زوجي 저는 나는 제가 내가 우리`,
);

/** Words by which speakers mean the listener. */
export const SECOND_PERSON: ReadonlySet<string> = set(
  `you your yours yourself yourselves tú tu tus ti usted ustedes vosotros toi ton vous votre vos du dich dir dein deine deinen
tuo tua tuoi voi vostro você vocês teu tua jij jou jouw jullie dig din ditt ты тебя тебе твой твоя вы вас вам ваш أنت أنتم तुम
आप आपका आपकी 당신`,
);

/** The same in languages written without spaces, where a word is found inside a run of letters. */
export const FIRST_PERSON_RUN = /[我咱俺]|私|僕|わたし|ผม|ฉัน/u;
export const SECOND_PERSON_RUN = /[你您]|あなた|คุณ/gu;
