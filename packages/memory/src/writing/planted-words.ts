// Words that speak to machines: what pasted pages, files and mails carry to make a model write what its user never said.
// This is a second line. The first does not read words at all: origins are those of the store, evidence must be quoted, and
// nothing that a tool, the web or an assistant said is evidence. What is told apart here only bounds what a quote of the
// user's own message can do, and a mistake costs trust, not the words.

/** Signs that nobody types and no language needs: zero width, direction, tags. Joiners are left, emoji and Persian use them. */
const UNSEEN = /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/u;
const ALL_UNSEEN = new RegExp(UNSEEN.source, 'gu');

/** Letters of other scripts that look like Latin ones, where they stand among Latin letters. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  а: 'a',
  е: 'e',
  о: 'o',
  р: 'p',
  с: 'c',
  у: 'y',
  х: 'x',
  і: 'i',
  ѕ: 's',
  ј: 'j',
  ԁ: 'd',
  м: 'm',
  т: 't',
  ο: 'o',
  α: 'a',
  ε: 'e',
  ι: 'i',
  ρ: 'p',
  ν: 'v',
};
const MIXED_WORD = /(?=[^\s]*\p{sc=Latn})(?=[^\s]*[\p{sc=Cyrl}\p{sc=Grek}])[\p{L}\p{M}_]+/gu;

const ROLES = 'system|assistant|developer|tool|function|model|human|user|memory|ai';

/** Structure that only prompts and calls of tools have. */
const STRUCTURE: readonly RegExp[] = [
  new RegExp(
    String.raw`(?:^[\s>*#_\-"'\x60]*|[.!?] )\[?(?:${ROLES})\]?(?: message| prompt| note)?[*_\]"-]*\s*[:：=>]`,
    'imu',
  ),
  new RegExp(String.raw`^#{1,6} *(?:${ROLES}|instructions?|new task|end of|begin)\b`, 'imu'),
  new RegExp(
    String.raw`[<\[{]{1,2}/?\s*\|?(?:${ROLES}|inst|sys|instructions?|im_start|im_end|endoftext|admin|core|fact)s?\b[^>\]}\n]{0,80}[>\]}]`,
    'iu',
  ),
  /<\|[^|>\n]{1,40}\|>/u,
  /<(?:invoke|function_call|tool_call|tool_use|parameter|antml|script|iframe|img|meta|prompt)\b/iu,
  /<!--|\]\(javascript:|data:[a-z]+\/|```/iu,
  /["'](?:role|tool|tool_calls?|function|function_call|arguments|name|action|op|origin|trust|store|memory)["']\s*:/iu,
  /\bmemory[_. ]?(?:insert|update|delete|write|search)\b|\btool[_ ]calls?\b|\bfunction[_ ]calls?\b/iu,
  /\b(?:trust|confidence|origin|role|priority|core|kind|memory)\s*(?:=|:=|→|->)\s*\S/iu,
  // Encoded text: nobody reads it aloud.
  /(?=[a-z0-9+/]{0,40}[A-Z])(?=[A-Z0-9+/]{0,40}[a-z])[A-Za-z0-9+/]{40,}/u,
  /(?:%[0-9a-f]{2}){8,}|(?:\\u[0-9a-f]{4}){4,}|(?:\b[01]{8}\b\s?){4,}|(?:\b[0-9a-f]{2}\b\s?){12,}/iu,
];

/** What is said to a machine about its prompt, its memory or its rights, in the languages of most users. */
const TO_MACHINES: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget|override|bypass|discard|delete|erase|drop|wipe)\b.{0,40}\b(?:previous|prior|above|earlier|all|every|any|your|other|the) (?:.{0,20}\b)?(?:instruction|prompt|rule|message|guideline|polic|context|fact|memor|constraint|restriction|direction)/isu,
  /\b(?:core|long[- ]term|semantic|episodic|standing|permanent) (?:memory|notes?|facts?|block|profile)\b|\bmemory (?:module|system|store|writer|manager|extractor|block|slot|bank)\b|\b(?:system|hidden|developer|root) (?:prompt|message|instruction|mode|override|notice|access|note)/iu,
  /\b(?:you are|you're|act|behave|respond|pretend) (?:now |from now on )?(?:as|a|an|the|to be|in)\b.{0,40}\b(?:admin|root|developer|unrestricted|jailb|dan|mode|assistant|model|ai|extractor|system|memory)\b/iu,
  /\b(?:extractor|the (?:model|ai|llm|assistant|agent|chatbot)|language model|prompt)\b.{0,40}\b(?:must|should|shall|will|has to|needs? to|is to|are to)\b/iu,
  /\b(?:new|updated|important|urgent|real|final|secret) (?:instruction|directive|system|polic|rule|order)s?\b|\b(?:highest|full|maximum|max|complete) (?:trust|priority|confidence|authority|access|privilege)/iu,
  /\b(?:set|raise|increase|assign|give|mark|record|store|save|write|log|add|insert|append|promote|upgrade)\b.{0,60}\b(?:trust|trusted|confidence|verified|in(?:to)? (?:the )?(?:core|memory|profile)|as (?:a )?(?:fact|system|admin|core|user[- ]origin)|permanently|admin|privilege)/iu,
  /\b(?:jailbreak|prompt injection|sudo|superuser|administrator|admin (?:rights?|access|mode|role)|root access|privileged|whitelist(?:ed)?|exfiltrat)/iu,
  /\b(?:memory|rules?|prompt|notes) of (?:your|the|my|this|our) (?:assistant|agent|model|bot|ai)\b|\b(?:role|origin|trust) (?:of (?:the )?user|changed|is changed)\b/iu,
  // Of themselves nobody says "the user".
  /\b(?:the|this|our|your|current) users?(?:'s|’s|s'|’)?\b|\buser(?:'s|’s)? (?:is|has|wants|prefers|likes|lives|said|says|profile|role|works|loves|owns|asked|agreed|approved|authorized|consented)\b/iu,
  /\b(?:el|la|del|al) usuari[oa]\b|\bl['’]utilisat(?:eur|rice)\b|\b(?:der|die|den|des|dem) (?:be)?nutzer|\b(?:o|a|do|ao) (?:usu[aá]ri[oa]|utilizador)|\bl['’]utente\b|\bde gebruiker\b|\bpolzovatel|\bkullan[ıi]c[ıi]|\bużytkownik|\banv[äa]ndar|\bkäyttäjä|\bpengguna\b|\bngư[ờo]i dùng\b/iu,
  /пользовател|користувач|用户|用戶|使用者|ユーザー?|사용자|المستخدم|کاربر|משתמש|उपयोगकर्ता|ব্যবহারকারী|ผู้ใช้|χρήστη/iu,
  /\b(?:ignora|olvida|descarta|omite|ignore[zr]?|oubliez?|ignorier|vergiss|missachte|esqueça|desconsidere|dimentica|negeer|vergeet|zignoruj|yok say|abaikan|bỏ qua)\w*\b.{0,50}\b(?:instru|regl|r[èe]gl|regel|regras?|anweisung|vorherig|anterior|précédent|precedent|vorige|poprzedni|önceki|sebelumnya|trước|memori|mémoire|erinnerung|prompt)/iu,
  /игнорир|забудь.{0,30}(?:инструк|правил)|системн|忽略|无视|無視|忘れ.{0,20}指示|指示.{0,10}(?:無視|忘)|系统|系統|システム|시스템|무시|이전 지시|تجاهل|النظام|התעלם|अनदेखा|सिस्टम/iu,
  /\b(?:sistema|système|systeem|systemnachricht|systemmeldung|system(?:prompt|anweisung)|memoria (?:central|core|principal|permanente)|mémoire (?:centrale|principale|permanente)|kernspeicher|kerngeheugen|kerngedächtnis|memória (?:central|principal))\b/iu,
  /\b(?:vertrauen|confianza|confiance|confiança|fiducia|vertrouwen)\b.{0,20}\d|довери|信任|信頼度|신뢰도/iu,
  /\b(?:administra(?:dor|teur|tor|tore)|beheerder)\b|администратор|管理员|管理員|管理者|관리자|مسؤول|מנהל מערכת|व्यवस्थापक/iu,
];

/** As a reader sees it: width, marks and lookalikes folded, what is unseen taken out. */
const asSeen = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(ALL_UNSEEN, '')
    .replace(MIXED_WORD, (word) =>
      [...word].map((letter) => LOOKALIKES[letter.toLowerCase()] ?? letter).join(''),
    );

/** True for a text with signs that nobody sees. */
export const hasUnseen = (text: string): boolean => UNSEEN.test(text);

/** "i g n o r e": letters set apart. */
const SPREAD = /(?:\b\p{L}[\s._\-*|]{1,3}){5,}\p{L}\b/u;

/** How much around a quote is looked at, in UTF-16 units: what frames it stands near. */
const AROUND = 2_048;

/**
 * True where the words from `start` to `end` of a message stand among words that speak to a machine rather than about
 * somebody. Linear in what it looks at.
 */
export const seemsPlanted = (text: string, start: number, end: number): boolean => {
  const frame = text.slice(Math.max(0, start - AROUND), end + AROUND);
  if (UNSEEN.test(frame) || SPREAD.test(frame)) return true;
  const seen = asSeen(frame);
  const flat = seen.replace(/\s+/gu, ' ');
  return STRUCTURE.some((sign) => sign.test(seen)) || TO_MACHINES.some((sign) => sign.test(flat));
};
