const any = (...words: readonly string[]): RegExp =>
  new RegExp(String.raw`(?<![\p{L}])(?:${words.join('|')})(?![\p{L}])`, 'iu');

/** What was said was never so: a joke, a lie, an invention. */
const INVENTED = any(
  'ma(?:de|king) (?:(?:it|that|this|them|him|her|all|the \\p{L}+(?: \\p{L}+){0,4}|up) ){0,3}up(?: about)?',
  'made up',
  'invent(?:ed|ing|ion)|fabricat\\p{L}+|fiction|fictional|fantasy|imaginary|imagination|existed? (?:only )?in my head|figment',
  'jok(?:e|ed|es|ing)|kidding|jest|jesting|prank|gag|hoax|wind-up|winding (?:you|\\p{L}+ \\p{L}+) up|leg-pull|pulling your leg|having you on|teasing|messing with|trolling|spinning you|yarn|tall tale|bluff(?:ing|ed)?|porky|porkies|fib(?:s|bed|bing)?|lie|lied|lying|fake|faked|bogus|nonsense|rubbish|baloney|charade',
  'pretend(?:ed|ing)?|(?:only|just|merely) (?:said|saying|wrote|claimed)|show(?:ing|ed)? off|(?:just|only) to|to (?:sound|seem|impress|look|tease|annoy|please|see (?:what|how|if|whether))|was (?:not|never) (?:serious|honest|true|real)|not (?:serious|honest)|did not mean it|tongue in cheek',
  'no truth|hot air|fairy tale|boast|gotcha|rattled off|at random|talking rubbish|bravado|made-up|(?:is|was) (?:not |never )(?:actually |really |even )?(?:true|real)|untrue|does not exist|never existed|no such|retract(?:ed|ing)?|withdraw|take (?:that|it|this) back|take back|not a word of (?:it|that) is true|for a laugh|for fun|for laughs|testing (?:you|whether|if)',
);

/** What was said is to be forgotten. */
const FORGOTTEN =
  /(?<!never |not |can not |did |could )\b(?:forget|ignore|disregard|scrap|scratch|strike|delete|erase|remove|wipe|drop|cross out|unlearn|undo|do not (?:keep|store|save|remember|write down|record|note)|(?:can|may|should) (?:forget|ignore|delete|scrap))\b/iu;

/** What was said was wrong. */
const WRONG = any(
  'wrong|wrongly|typos?|mistake|mistaken|mistakenly|misspoke|mis(?:spelt|spelled|named|stated|typed|read|remembered|heard)|meant|mean|should (?:have (?:said|been|read|written)|read|say|be)|correct|correction|corrected|correctly|mix(?:ed|ing)? (?:\\p{L}+ ){0,3}up|confus(?:ed|ing)|error|slip|slipped|autocorrect|fat fingers?|oops|whoops|sorry|inaccurate|incorrect|amend|fix|straight|told you|I (?:said|typed|wrote|put|told|gave|called|named)|edit|precise|exact|strictly speaking|not quite|off by|digits swapped|rather than|by accident|apolog(?:y|ies|ise|ize)|rectify|botched|clear this up|confused|turns out|phrased|had (?:it|that|me|you) down|down as|err|erred|freeze|unfairly|nearer|muddled?|wires|jumbled|transposed|spel(?:ling|led|t)|other way round|blanked|I thought|badly|scratch that|strike that|in truth|in reality|for accuracy|duh|silly me|my bad|instead of',
);

/** Something became another. */
const CHANGED = any(
  'now|nowadays|these days|lately|as of|since|from now on|from today|henceforth|onwards?|anymore|any more|any longer|no longer|used to|once|switch(?:ed|ing)?|swap(?:ped|ping)?|trad(?:ed|ing)|chang(?:e|ed|es|ing)|mov(?:e|ed|ing)|replac(?:ed|ing)|trade|switch(?:es)?|swaps?|went over|gone over|turned|became|become|converted|upgraded|gave way|made way|dethroned|sold|left|ditched|dumped|joined|transferred|quit|got|became|last (?:week|month|year|night|monday)|(?:last|a few|two|three) (?:days|weeks|months) ago|update|newly|new|used|retired|went|over',
);

/** Something ended. */
const ENDED = any(
  'let (?:me|us) go|shut (?:\\p{L}+ ){0,3}down|between jobs|broke (?:things|it) off|single again|free of|someone else has|struck (?:me|us) off|had its day|pushed out|stepped down|walked away|drifted apart|withdrew|off my|shot of|rid of|no longer|any ?more|any longer|no more|(?:is|are|am|was|it|all|so|game|that|well and truly) over|over (?:and done|between)|done|(?:is|are|am|was|been|all) finished|finished (?:with|at|there)|(?:through|over) with|(?:are|am) through|behind (?:me|us)|gone|left|leaving|quit|sold|lost|losing|end|ended|ends|stop(?:ped)?|ga(?:ve|ve me) up|give(?:n|s)? up|put (?:\\p{L}+ ){1,3}down|passed|died|dead|rip|rest in peace|rehomed?|broke(?:n)? up|split|separated|divorced?|dumped|quits|cancel\\p{L}*|called off|off the (?:table|cards|menu)|abandon(?:ed)?|shelved|dropp(?:ed|ing)|chickened|gone off|went off|bored|tired of|fed up|outgr(?:own|ew)|gr(?:ew|own) out|cured|former|formerly|ex|used to|last day|notice|resign(?:ed)?|fired|laid off|sacked|redundant|let go|retir(?:ed|ing)|packed|handed (?:in|back|over)|scrapp(?:ed|ing)|wr(?:ote|itten) off|stolen|returned|gave (?:\\p{L}+ ){0,3}away|given away|donated|flew|ran (?:away|off|out)|fell (?:out|through)|fallen (?:out|through)|rusted|rusty|forgotten|(?:is|are|was) history|part(?:ed)? (?:ways|company)|expired|deregistered|dropped out|threw in|thrown in|lapsed|disconnected|after all|does nothing|moved (?:out|on|away)|changed my mind|came round|come round|do not mind|made (?:my )?peace|gr(?:own|ew) on me|lost (?:its|the)|dethroned|overd(?:id|one)|had enough|not the|goodbye|farewell|ditched|binned|swore off|sworn off|bother|bothers|withered|faded|vanished|disappeared|closed|junked|scrapyard|crashed|totalled|totaled|kicked|ditching|cooled|wore off|worn off|can not stand|ceased|wound up my|hung up|packed it in|bust|bankrupt|returned|moved in with (?:him|her)|ran its course|decided against|have not (?:got|the)|not going to (?:be|have|happen)|pulled out|backed out|fizzled|went to live|found a new',
);

const DENIED = /\b(?:not|never|no|nor|neither|none|nobody|ain't|aint|n't|without|nope|hardly|far from)\b/iu;
const NEVER =
  /\b(?:never|nor (?:was|did|have|had) I|not ever|at no (?:time|point)|there (?:is|was) no|have no|there is not|there was never)\b/iu;

/** A sentence that supposes, quotes, or speaks for others: nothing in it is told. */
const UNSURE = any(
  "offered|appl(?:y|ied|ying)|interview\\p{L}*|if|whether|suppose|supposing|imagine|imagining|maybe|perhaps|possibly|probably|might|could(?! kill)|would(?! you believe)|(?:you|he|she|they|we)'d|(?:everyone|everybody|people|folks|somebody|someone|they)(?: \\p{L}+)? (?:thinks?|says?|assumes?|believes?)|should(?! have (?:said|been|read|written))(?! (?:read|say|be)\\b)|wish(?! to)|wishes|I'd|let's|let us|joked?|joking|pretend(?:ed|ing)?|hope|hoping|wonder|wondering|consider(?:ing)?|think(?:ing)? (?:about|of|i)|I (?:think|guess|suppose|believe|assume|doubt)|not sure|as if|as though|someday|one day|some day|toying|tempted|almost|nearly|dream(?:ed|t|ing)?|unless|were I|had I|sort of|part of me|let us say|translate|rephrase|sentence|lyrics?|novel|sketch|chapter|story|poem|horoscope|advert|ad|headline|email|letter|character|role ?play|act as|according to|(?:says|said) (?:that )?(?:I|we|my|our)|said the|claims|reckons|told me|tells me|heard|apparently|allegedly|rumour|rumor",
);

/** What somebody does to what was said before. */
export type Turn = 'withdrawn' | 'corrected' | 'changed' | 'ended' | 'denied' | 'never';

export const isUnsure = (text: string): boolean => UNSURE.test(text);

/** Words of denial that deny nothing. */
const IDIOMS =
  /\b(?:can not|could not|can hardly) (?:wait|help|believe|thank|agree)\b|\bnot (?:only|just|to mention|sure|bad|long ago|yet|least)\b|\bno (?:doubt|matter|worries|problem|idea|wonder|way|rush|big deal|pressure)\b|\bnever (?:mind|forget)\b|\bwhy not\b|\bdo not (?:forget|worry)\b|\bnope?,/giu;

const withoutIdioms = (text: string): string => text.replace(IDIOMS, ' ');

export const isDenied = (text: string): boolean => DENIED.test(withoutIdioms(text));

/** Whether a text says that something told before was made up, or is to be forgotten. */
export const soundsWithdrawn = (text: string): boolean => INVENTED.test(text) || FORGOTTEN.test(text);

/** Whether a text puts something right rather than tells of a change. */
const soundsCorrected = (text: string): boolean =>
  WRONG.test(text) || /^\*|(?:,| but|;|:) not \p{L}|^(?:no|nope|not) /iu.test(text);

/** Words after which only a change can be meant, whatever else sounds like a mistake. */
const SURELY_CHANGED =
  /\b(?:these days|nowadays|anymore|any more|no longer|used to|as of|from now on|switched|moved|swapped|traded|upgraded|replaced|last (?:week|month|year)|ago|recently|since)\b/iu;

/** What a text that names something known, and something else or nothing, does to what is known. */
export const turnOf = (words: string, hasOther: boolean): Turn | undefined => {
  const text = withoutIdioms(words);
  if (hasOther) {
    if (SURELY_CHANGED.test(text)) return 'changed';
    if (soundsCorrected(text) || FORGOTTEN.test(text)) return 'corrected';
    if (INVENTED.test(text)) return 'corrected';
    if (CHANGED.test(text) || ENDED.test(text)) return 'changed';
    return undefined;
  }
  if (soundsWithdrawn(text)) return 'withdrawn';
  if (ENDED.test(text) && !NEVER.test(text)) return 'ended';
  if (NEVER.test(text)) return 'never';
  if (ENDED.test(text)) return 'ended';
  if (/\b(?:wrong|mistake|error|slip)\b/iu.test(text)) return 'withdrawn';
  return isDenied(text) ? 'denied' : undefined;
};

/** Words of which one must stand in a text that turns something known; cheap. */
export const mayTurn = (text: string): boolean =>
  soundsWithdrawn(text) || soundsCorrected(text) || CHANGED.test(text) || ENDED.test(text) || isDenied(text);
