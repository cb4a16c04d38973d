// Classes of words that stand around the values of slots, each as a part of a pattern.

export const MINE = '(?:my|our)';
export const IS =
  '(?:is|are|:|=|remains|has to be|must be|would be|is called|is named|named|called|happens to be|goes by|will always be)(?: now| currently| called| definitely| still| simply| in| that of| none other than)*:?';
export const NOW =
  '(?:now |currently |still |just |recently |finally |officially |proudly |happily |back |over |down |out |up |here |all |across |for good )*';
export const DWELLING =
  '(?:home|house|flat|apartment|place|residence|address|base|city|town|digs|pad|front door|house key|studio|cottage|bungalow|condo|homestead|lodgings|household|postcode|abode|hometown)';
export const JOB =
  '(?:job|position|role|post|gig|contract|desk|employment|traineeship|internship|shift|career)';
/** Whom one lives and loves with, by any word for it. */
export const SWEETHEART =
  '(?:husband|wife|partner|spouse|girlfriend|boyfriend|fiancée?|fiancee?|bf|gf|hubby|other half|better half|significant other|sweetheart|missus|beau|soulmate|bride|groom)';
/** Whom one is a parent of. */
export const CHILD =
  '(?:son|daughter|kid|child|baby|toddler|little one|little boy|little girl|boy|girl|youngest|eldest|oldest|firstborn|newborn|only child)';
export const BEST =
  '(?:all-time |absolute |current |new |top )*(?:favou?rite|fave?|fav|preferred|go-to|best-loved|number one|no\\. 1|top)';
export const FOOD = '(?:food|dish|meal|snack|thing to eat|comfort food|cuisine|dinner|treat|supper)';
export const CAR = '(?:car|ride|wheels|vehicle|motor|automobile|daily driver|set of wheels|runaround|daily)';
export const TEAM = '(?:team|club|side|squad|football team|football club)';
export const DEGREE =
  "(?:degree|bachelor(?:'s|s)?(?: degree)?|master(?:'s|s)?(?: degree)?|phd|doctorate|ba|bsc|ma|msc|diploma|major)";
export const STUDIES = `${MINE} (?:studies|degree|course|major|subject)|degree|course|major`;
export const WANT =
  '(?:intend|mean|aim|plan|have decided|have resolved|am determined|have made up my mind|am aiming|am intending|am planning|am gearing up|am preparing|am getting ready|have arranged|am due|am all set|have every intention)';
export const DRIVEN =
  '(?:drive|driving|drove home in|(?:behind|at) the wheel of|get (?:around|about) in|getting (?:around|about) in|get from a to b in|zip around in|cruise (?:around )?in|commute in|run around in|park)';

/** What a thing does to whoever likes it, and to whoever does not. */
export const PLEASES =
  '(?:cheers?|delights?|pleases?|thrills?|relaxes|calms?|soothes?|fascinates?|enchants?|excites?|energi[sz]es|captivates?|moves|comforts?|uplifts?) me(?: up| down)?|(?:gives?|brings?) me (?:\\p{L}+ ){0,3}(?:pleasure|joy|delight|comfort|peace|solace|happiness|a (?:kick|thrill|lift|buzz))|(?:gets?|sees?) me through|keeps? me (?:sane|going|happy)';
export const DISPLEASES =
  '(?:annoys?|irritates?|infuriates?|repulses?|disgusts?|bores?|enrages?|sickens?|revolts?|nauseates?|irks?|exasperates?|appals?) me|gets? (?:on my (?:nerves|wick|goat)|my goat)';
export const FONDNESS =
  '(?:fondness|passion|love|affection|enthusiasm|taste|weakness|soft spot|adoration|appetite|liking|penchant|thing|obsession)';

/** What one does to the value of a slot: "I drive ...", "what I drive is ...", "... is the car that I drive". */
export const VERBS: Readonly<Record<string, string>> = {
  home: 'live in|call home|reside in|sleep in|am based in|are based in|moved to',
  employer: 'work for|work at|am employed by|am with|clock in at|joined',
  job: 'work as|am now',
  'family:partner':
    'am married to|am engaged to|am dating|am seeing|married|love|share my life with|am with|live with',
  pet: 'have|keep|own|got|adopted|live with',
  'favorite:food': 'love above all|like best|rate highest|like most|love most|adore',
  dislikes:
    'hate|detest|loathe|dislike|despise|can not bear|can not stand|can not abide|can not stomach|find (?:revolting|disgusting|unbearable|horrible|tedious)|avoid like the plague',
  likes:
    'love|adore|enjoy|like|am into|am mad about|am crazy about|am hooked on|live for|swear by|am passionate about|am fond of|am keen on',
  car: 'drive|am driving|get around in|get about in|am behind the wheel of',
  owns: 'own|possess',
  studies: 'study|am studying|major in|am majoring in|am enrolled in|am doing a degree in',
  allergy: 'am allergic to|react to|can not touch|swell up from',
  language: 'speak|am fluent in|use|grew up with|talk',
  doctor: 'see|go to|am registered with|am under|trust|switched to|went over to',
  team: 'support|root for|cheer for|shout for|cheer on',
};
