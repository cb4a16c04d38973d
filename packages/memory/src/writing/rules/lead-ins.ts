/**
 * What stands before a statement and says nothing of the world: "By the way,", "I should mention that". Each is taken off
 * the front of a sentence as often as one is there.
 */
const OPENERS = [
  // One word, or a few, with a sign after them.
  String.raw`(?:oh|ah|hey|hi|hello|well|so|anyway|ok|okay|and|but|also|plus|ha(?:ha)*|lol|um|uh|hmm|yes|yeah|yep|yup|no|nope|nah|right|look|listen|honestly|frankly|actually|basically|btw|fyi|psa|ps|p\.s\.|update|news|note|correction|oops|whoops|wait|sorry|hooray|yay|alas)(?: (?:and|but|so|well|yes|no))?\s*[,:;.!–—-]+`,
  '(?:oh|and|but|so|well|ok|okay)(?= )',
  'by the way|just so you know|just (?:fyi|btw)|so you know|for what it is worth|guess what|you know what',
  String.raw`(?:fun|random|quick|small|little|big|good|great|bad|sad|exciting|happy|some|more|other) (?:\w+ )?(?:fact|update|news|note|thing|correction|question)(?: about me| from me| everyone| first)?\s*[,:;.!–—-]+`,
  'heads[ -]up|for the record|for your information|for context|for reference|for background|in case you (?:were wondering|wondered|did not know|missed it|need to know)|if you must know|as (?:you|i) (?:said|know|mentioned|told you|may know|might know|may remember|might remember)(?: before| earlier| already)?|like i said',
  String.raw`(?:these days|nowadays|at the moment|right now|currently|at present|for now|now|lately)(?=,? (?:i|we|my|our)\b)`,
  String.raw`to be (?:honest|precise|exact|clear|fair|more precise|more exact|specific)|to tell (?:you )?the truth|truth be told|believe it or not|come to think of it|needless to say|one more thing|another thing|in other news|as it happens|as it turns out|(?:it )?turns out|long story short|speaking of \w+|talking of \w+|on (?:a|another) (?:\w+ )?note|not that it matters|to my (?:delight|surprise|relief)|(?:since|as|because) you asked|a (?:little|bit) about me|about me|about myself|on my side|in my case|as for me|for my part|personally|of course`,
  String.raw`to correct (?:myself|what i said|that)(?: earlier| before)?|let me correct (?:myself|that)|i (?:misspoke|was wrong|got that wrong|mixed (?:that|it|things) up|stand corrected)(?: about [\p{L}\p{N} ]+?)?|my (?:mistake|bad)|that (?:was|is) wrong|that was a typo|typo|i made a mistake`,
];

/** Speaking of speaking: the statement itself comes after it. */
const FRAMES = [
  'i (?:just |also |really |only )*(?:should|must|have to|wanted to|want to|would like to|forgot to|need to|can|ought to|had to|may as well|might as well) (?:also |just |probably )?(?:mention|tell you|say|add|note|point out|share|confirm|announce|report|let you know|remind you|admit|confess)(?: to you)?',
  '(?:just )?(?:wanted|want|had) to (?:mention|tell you|say|add|share|let you know)',
  'let me (?:just |also )?(?:tell you|mention|add|say|share|start by saying)',
  'i (?:am|was) (?:so |very |really |pretty |quite )?(?:happy|glad|proud|excited|thrilled|sad|sorry|pleased|delighted) to (?:say|announce|report|tell you|share|let you know)',
  '(?:you should|you might want to|you may want to|please|do) (?:know|note|remember|keep in mind)',
  String.raw`(?:please )?(?:remember|note|keep in mind|do not forget)(?= (?:that|i|we|my|our)\b)`,
  'the (?:truth|fact|reality|good news|bad news|news|big news|latest|update) is',
  'it is (?:true|official|a fact|no secret|worth (?:mentioning|noting|knowing))',
  'i (?:do not|can not) (?:think|believe) i (?:have )?(?:ever )?(?:mentioned|told you|said)(?: it| this)?(?: before| yet)?',
];

const SEPARATOR = String.raw`\s*[,:;.!–—-]*\s*`;
const OPENER = new RegExp(String.raw`^(?:${OPENERS.join('|')})(?![\p{L}'])${SEPARATOR}`, 'iu');
const OPENER_WITH_SIGN = new RegExp(String.raw`^(?:${OPENERS[0]})\s*`, 'iu');
const FRAME = new RegExp(
  String.raw`^(?:${FRAMES.join('|')})(?:[,:]? that| how|[,:])?${SEPARATOR}(?=[\p{L}\p{N}])`,
  'iu',
);

/** Remarks at the end that change nothing. */
const TRAILERS =
  /[\s,;:–—-]+(?:by the way|btw|fyi|lol|haha|actually|though|tho|you know|you see|as you know|i am afraid|to be honest|tbh|in case you were wondering|just so you know|believe it or not|as it happens|in fact|at the moment|right now|these days|nowadays|for the time being|if you must know|of all things|after all|would you believe it|thank god|thankfully|sadly|luckily|unfortunately|finally|and i love it|and loving it|and it is great)(?<end>[.!]*)$/iu;

/** A plain sentence without what leads to its statement, and without remarks after it. */
export const withoutLeadIns = (plain: string): string => {
  let rest = plain;
  for (let times = 0; times < 6; times += 1) {
    const next = rest.replace(OPENER_WITH_SIGN, '').replace(OPENER, '').replace(FRAME, '');
    if (next === rest || next.trim() === '') break;
    rest = next;
  }
  const end = rest.replace(TRAILERS, '$<end>');
  return end.trim() === '' ? plain : end;
};
