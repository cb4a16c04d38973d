import { type Form, formWith, type Shape } from './slot-values.ts';
import {
  BEST,
  CAR,
  CHILD,
  DEGREE,
  DISPLEASES,
  DRIVEN,
  DWELLING,
  FONDNESS,
  FOOD,
  IS,
  JOB,
  MINE,
  NOW,
  PLEASES,
  STUDIES,
  SWEETHEART,
  TEAM,
  VERBS,
  WANT,
} from './slot-words.ts';

/** A kind of fact that people tell in many words: its values have one shape, and few other words stand around them. */
export interface Slot {
  readonly attribute: string;
  readonly shape: Shape;
  /** Words that name it: "where I live", "my doctor". */
  readonly nouns: RegExp;
  readonly forms: readonly Form[];
}

const HOW =
  '(?:actually |really |now |currently |still |truly |most |absolutely |totally |just |simply |do |utterly |only |have always |genuinely )*';

/** Forms that any verb of a slot makes. */
const clefts = (verbs: string | undefined): readonly string[] =>
  verbs === undefined
    ? []
    : [
        `(?:what|who|where|(?:the|one) (?:\\p{L}+ )?\\p{L}+)(?: that| who| which| whom)? (?:I|we) ${HOW}(?:${verbs})(?: most| best| these days| now| nowadays| at the moment| in fact)*,? (?:is|are|has to be|would be|will be) (?:in fact |actually |now |called |the |an? )*{v}`,
        `it is (?:an? |the )?{v} (?:that |who |which )?(?:I|we) ${HOW}(?:${verbs})`,
        `{v},? (?:is |are |that is )(?:what|who|where|the (?:\\p{L}+ )?\\p{L}+)(?: that| who| which)? (?:I|we) ${HOW}(?:${verbs})`,
      ];

const slot = (attribute: string, shape: Shape, nouns: string, forms: readonly string[]): Slot => ({
  attribute,
  shape,
  nouns: new RegExp(String.raw`(?<![\p{L}])(?:${nouns})(?![\p{L}])`, 'iu'),
  forms: [...clefts(VERBS[attribute]), ...forms].map((form) => formWith(form, shape)),
});

/** What is told of oneself, by kind. Each form is one clause; who is meant is asked before. */
export const SLOTS: readonly Slot[] = [
  slot(
    'home',
    'name',
    `where (?:I|we) live|${MINE} (?:current )?${DWELLING}|(?:live|lived|living|reside|residing|residence|resident|hometown|landlord)`,
    [
      `(?:based|settled|(?<!my |a |our |the )living|live|lived|residing|reside|resident|domiciled|rooted|housed|ensconced|stationed|located|dwelling|dwell|hang my hat|laid my hat|pay (?:my )?(?:rent|council tax|taxes)|sleep|planted|anchored) ${NOW}(?:in|out of|outta|near|at) {v}`,
      `(?:relocated|resettled|moved|decamped|emigrated|migrated|transplanted (?:myself|ourselves)|upped sticks) ${NOW}(?:house |home |from [\\p{L} ]+? )?(?:to|into) {v}`,
      'shifted (?:house|home|base|from [\\p{L} ]+?) (?:to|into) {v}',
      `${MINE} (?:\\p{L}+ ){0,2}${DWELLING} ${IS}? ?(?:stands |sits |lies |can be found |changed to )?(?:in |at |to )?{v}`,
      `(?:call|calling|called) {v} (?:my |our )?home`,
      `${MINE} (?:\\p{L}+ )?${DWELLING}[^.,;!?]{0,25}? in {v}`,
      '{v} (?:that )?(?:is|has been|has become) (?:now |officially |really )*home',
      `{v} (?:is|has been|has become|became) (?:now |currently )?(?:my |our |where (?:I|we) )(?:now |currently )*(?:permanent |new |adopted |adoptive )?(?:home|base|hometown|city|town|live|living|am based|am living|are living|sleep|reside|hang|pay|residence|address)`,
      `(?:put|putting|set|setting) down (?:my |our )?roots in {v}`,
      `(?:made|make|making|set up) (?:my |our )?(?:new )?home in {v}`,
      `(?:bought|buy|rent|renting|rented|own|found|have|got|signed|taken) (?:(?:a|an|the|our|my) )?(?:\\p{L}+ ){0,2}(?:flat|house|apartment|place|studio|cottage|lease|room|bungalow|mortgage) (?:in|for a place in) {v}`,
      '(?:here in|(?:bye|goodbye|farewell|so long)[^.!?]{1,30}hello|resident of|inhabitant of|citizen of|dweller of|denizen of|local of) {v}',
      '(?:an?|as an?) {v} (?:resident|local|dweller|inhabitant)',
      '{v},? where (?:I|we) (?:now |currently )?(?:live|sleep|reside|rent|hang|pay|am based|are based|settled)',
      '(?:home|address|city|location|residence|based)(?: sweet home| now| city)?(?:\\?| is| :|:)+ (?:now |that would be |in )*{v}',
    ],
  ),
  slot(
    'employer',
    'name',
    `where (?:I|we) work|who I work for|${MINE} (?:employer|company|job|workplace|firm)|employer|employ(?:ed|ee)|work(?:ed|ing)? (?:at|for)|payroll`,
    [
      '(?:on the (?:payroll|books|staff) (?:of|at)|employed (?:by|at|with)|in the employ of|on staff at|on contract with) {v}',
      `(?:work|working|worked|clock in|clocking in|clock on|earn (?:my|a) (?:living|crust|keep|money|bread)|toil|slave away|slaving away|slogging away|grafting|temping|freelancing|punch in) ${NOW}(?:at|for|with|over at) {v}`,
      `${MINE} (?:\\p{L}+ )?(?:employer|company|firm|workplace|paymaster) ${IS} {v}`,
      '(?:company|firm|outfit|people|place|one) (?:that |who )?(?:actually |now |really )*(?:employs|employing|pays|paying|pay|employ) me (?:is|are) {v}',
      'it is {v} (?:on my (?:badge|payslip|business card)|that (?:pays|employs) me)',
      `${JOB} (?:at|with|for) {v}`,
      `(?:joined|joining|started ${NOW}(?:at|with)|signed on (?:at|with)|hired (?:by|at)|recruited by|poached by|snapped up by|taken on (?:by|at)|jumped ship (?:from \\p{L}+ )?to|defected to) {v}`,
      '{v} (?:employs me|hired me|took me on|gave me a (?:job|contract)|pays (?:my|me)|signs my|is (?:my employer|where I work|who I work for|the company I work for|what pays))',
      '(?:colleagues|boss|manager|coworkers|co-workers|lads|girls|team|office|badge|payslip|payroll|salary|wages|paycheck|paycheque|pay|HR|canteen|shift|day (?:one|two|three|four|five|\\d+)|first (?:day|week|shift)) (?:over |out |down )?(?:at|from|with|says|reads|comes from) {v}',
      '(?:employee|member of staff) (?:of|at) {v}',
      '(?:finish|finished|start|clock(?:ed|ing)? (?:in|on)|on shift) (?:work )?at {v}',
      '(?:an?|as an?) {v} (?:employee|staffer|worker)',
      '{v},? (?:where|who) (?:I )?(?:now |currently )?(?:clock in|work|earn|punch in|toil|employs? me|pays? me)',
      '(?:employer|company|workplace|works? for)(?: now)?: {v}',
      'on (?:the )?{v} payroll',
      '(?:work|working|job|crust|living|employed|position|gig)[^.!?]{0,30}(?:outfit|company|firm|startup|start-up|business|shop|agency|studio|charity) (?:called|named) {v}',
    ],
  ),
  slot(
    'job',
    'occupation',
    `what I do(?: for a living)?|${MINE} (?:job|profession|occupation|trade|role|title|career|position)`,
    [
      '(?:full-time |part-time )?{v} here',
      '(?:full-time|part-time|trained|qualified|certified|licensed|self-employed) {v}',
      '(?:role|job|post|position|title) of {v}',
      '(?:am|became|become|made me|named me|appointed me|call myself|turned|being) (?:now |currently |actually |just |the |an? )*{v}',
      '{v} is what I (?:really |actually |now )*(?:am|do)',
      '(?:being|as) an? {v},?(?= (?:I|my|you|means)(?![\\p{L}]))',
    ],
  ),
  slot(
    'job',
    'thing',
    `what I do(?: for a living)?|${MINE} (?:job|profession|occupation|trade|role|title|work|career|position)|job title|profession|occupation`,
    [
      '(?:earn(?:ing)? (?:my|a) (?:living|crust|keep|money|bread)|make (?:my|a) living|work(?:ing|s|ed)?|employed|hired|qualified|retrained|promoted|career|started|job|practise|practice|paid|trained|employ me) (?:now )?(?:as|to be) {v}',
      `${MINE} (?:\\p{L}+ )?(?:job|occupation|profession|trade|role|job title|title|position|line of work|calling|vocation|day job|business card|badge|career) (?:${IS}|says|reads|is being|is to be) {v}`,
      '(?:am )?{v} (?:by (?:trade|profession|day|training|occupation|vocation)|for a living)',
      '(?:promoted|bumped up|moved up|stepped up|risen|appointed|upgraded)(?: from [\\p{L} ]+?)? (?:to|as) {v}',
      '(?:occupation|profession|job|job title|trade|role)(?: now)?: {v}',
      '(?:made me|I (?:just |recently |finally )?became|I have (?:just |recently |finally )?become|am now|am currently) an? {v}',
    ],
  ),
  slot(
    'family:partner',
    'name',
    `${MINE} ${SWEETHEART}|${SWEETHEART}|marriage|relationship|engaged to|married to|dating`,
    [
      `(?:married|married to|wed|wed to|engaged to|dating|seeing|going out with|going steady with|in a relationship with|together with|shar(?:e|ing) (?:my|a) (?:life|bed|home) with|an item with|hitched to|betrothed to|tied the knot with|with my love|love of my life) {v}`,
      `${MINE} (?:\\p{L}+ )?${SWEETHEART},? (?:these days )?(?:(?:${IS}|'s name is|'s called|is none other than),? )?{v}`,
      `{v} (?:is|,) (?:now )?(?:my|the) (?:\\p{L}+ )?(?:${SWEETHEART}|woman I|man I|one I (?:married|love))`,
      '{v} and I (?:are|have been|got|have gotten) (?:now |newly |happily |recently )?(?:married|engaged|together|a couple|an item|dating|hitched|partners)',
      '{v} (?:proposed|has my heart|and I tied the knot|put a ring|popped the question)',
      '{v},? (?:whom|who) I (?:am )?(?:married|dating|engaged|love)',
      '{v} and I [^.,;!?]{0,24}(?:wedding anniversary|honeymoon|wedding day|vows)',
      `${MINE} (?:marriage|engagement|wedding) to {v}`,
      `(?:partner|spouse|husband|wife)(?: now)?: {v}`,
    ],
  ),
  slot('birthday', 'date', 'birthday|b-?day|born|birth|date of birth|dob', [
    '(?:birthday|b-?day|born|birth|cake day|dob|year older|came into (?:the|this) world|candles|turn(?:ed|ing)? (?:a year|\\p{L}+|\\d+)(?: years old)? on|celebrate|entered (?:the|this) world|first breath|came along)[^.!?]{0,40}?{v}',
    '{v}[^.!?]{0,50}?(?:birthday|b-?day|born|birth|year older|into (?:the|this) world|candles|celebrate|my (?:special|big) day)',
  ]),
  slot('pet', 'animal', `${MINE} (?:pets?|animals?)|pets?`, [
    '(?:proud owner of|share (?:my|our) (?:home|house|flat|life|bed) with|adopted|rescued|brought home|took in|taken in|got myself|get woken by|walk(?:ing)?|feed(?:ing)?|look after|have|keep|own|got|live with|living with) (?:a |an |my |our |two |three |one )(?:\\p{L}+ ){0,2}?{v}',
    '(?:pets?|household animal|companion)(?: update| now)?(?: is|:| are)+ (?:an? )?{v}',
    `${MINE} {v} (?:woke|wakes|keeps|kept|ate|eats|needs|sleeps|chewed|is|has|loves|hates|ran|barked|knocked|scratched)`,
    'home to an? {v}',
    'an? {v} (?:moved in with (?:me|us)|lives with (?:me|us)|shares (?:my|our)|has moved in|keeps me company|joined (?:the|our) (?:family|household))',
  ]),
  slot('favorite:food', 'thing', `${BEST}(?: \\p{L}+)? ?${FOOD}|${FOOD}`, [
    `${MINE} ${BEST} ?${FOOD}(?: of all| ever| in the world| these days)* ${IS} {v}`,
    `{v} (?:is|are|will always be|remains|has become|takes the crown as) (?:now )?${MINE} ${BEST} ?${FOOD}`,
    `{v} as ${MINE} ${BEST} ?${FOOD}`,
    `${BEST} ?${FOOD} ?(?:is|:|=)+ {v}`,
    '(?:rank|put|rate|choose|pick|take) {v} (?:over|above|before|ahead of) (?:every|all|any)',
    '(?:could|would|can) (?:happily |gladly )?(?:eat|live on|survive on|have) {v} (?:every|all|for (?:breakfast|the rest|ever)|morning|forever|day)',
    '(?:nothing(?= [^.!?]*(?:food|dish|meal|eat|taste|plate|lunch|dinner|supper))|no (?:food|dish|meal)) (?:beats|tops|compares to|comes close to|can beat|is better than|on earth beats) {v}',
    'fave? food = {v}',
    `(?:foods?|dish(?:es)?|meals?|snacks?)[^.!?]{0,30}?[,:] {v} (?:is|are) (?:now )?${MINE} ${BEST}`,
  ]),
  slot('favorite:color', 'thing', '(?:favou?rite |fave? )?colou?rs?|shade', [
    `${MINE} (?:${BEST} )?(?:colou?r|shade|hue)(?: of all| ever| these days)* ${IS} {v}`,
    `{v},? (?:that )?(?:is|are|has always been|will always be|has become) (?:now )?${MINE} (?:${BEST} )?(?:colou?r|shade|hue)`,
    `${BEST} (?:colou?r|shade|hue) ?(?:is|:|=)+ {v}`,
    'sucker for {v},? (?:best|loveliest|prettiest)(?: \\p{L}+){0,2} (?:shade|colou?r)',
    '(?:no|nothing) (?:colou?r |shade )?(?:beats|tops|pleases me (?:more than|like)|makes me happier than|speaks to me like|suits me like) {v}',
    'of all (?:the )?(?:colou?rs|shades),? {v}',
    `(?:colou?rs?|shades?)[^.!?]{0,30}?[,:] {v} (?:is|are) (?:now )?${MINE} ${BEST}`,
    '{v},? (?:as |because |since )?it is the (?:colou?r|shade) (?:that )?I (?:love|like)',
  ]),
  slot('dislikes', 'thing', 'hate|dislike|detest|loathe', [
    '(?:hate|loathe|detest|despise|abhor|dread|resent|dislike|can not (?:stand|bear|stomach|abide|deal with|tolerate|be doing with)|not (?:a|much of a|the biggest) fan of|no (?:big )?fan of|have no time for|no love for|fed up with|sick of|averse to|aversion to|loathing|detesting|hating|never (?:warmed to|liked|cared for)|do not (?:care for|like|enjoy)) (?:the sight of |the sound of |the smell of |the taste of )?{v}',
    '{v} (?:drives? me (?:mad|nuts|crazy|up the wall|insane|bonkers|round the bend)|gets? on my nerves|grinds? my gears|gives? me the (?:creeps|ick)|makes? me (?:sick|cringe|gag|shudder|ill|want to scream)|bores? me|is my pet peeve|turns? my stomach|is the bane of my life|sets? my teeth on edge|makes? my skin crawl|disgusts? me|repels? me|puts? me off|leaves? me cold|(?:is|are) (?:simply |just )?(?:unbearable|revolting|repulsive|not my (?:thing|cup of tea)))',
    '(?:what I (?:can not (?:stand|bear)|hate|loathe|detest|dislike)(?: most)?(?: these days)? is|pet peeve(?: of mine)?(?: is|:)|drives me (?:mad|nuts|crazy|up the wall), it is) {v}',
    'it is {v} (?:that )?I (?:now )?(?:hate|detest|loathe|dislike|can not (?:stand|bear))',
    `{v} (?:\\p{L}+ly |really |still |always |just )?(?:${DISPLEASES})`,
    `(?:nothing|few things|little) (?:${DISPLEASES}) (?:so much as |as much as |more than |quite like |like |than ){v}`,
    `(?:what|the thing that) (?:${DISPLEASES})[^.!?]{0,20}? is {v}`,
  ]),
  slot('likes', 'thing', 'like|love|enjoy|passion', [
    '(?:mad|crazy|nuts|passionate|wild|bonkers|enthusiastic|potty) about {v}',
    '(?:hooked on|obsessed (?:with|w)|addicted to|sucker for|soft spot for|weakness for|passion for|love of|thing for|big on|keen on|fond of|partial to|devoted to|live for|swear by|fan of|enamou?red (?:of|with)|fallen (?:head over heels )?(?:in love with|for)|smitten with|taken (?:up|a shine to|a liking to)|joy in|delight in|can not get enough of|never get enough of|(?:am|are|been|getting|really|so|totally|truly|very|still|properly|seriously|massively|deeply) into) {v}',
    'I (?:\\p{L}+ly |really |now |do |just |so |truly )*(?:adore|love|enjoy|cherish|relish|dig|like|worship) {v}',
    '{v} (?:is|are) (?:now |totally |just |really |so )?my (?:thing|passion|jam|cup of tea|guilty pleasure|happy place|obsession|great love|bag|joy|new love|drug)',
    '{v} (?:makes? my day|makes? me (?:so )?happy|brings? me joy|floats? my boat|rocks? my world|gets? me going|makes? my heart sing)',
    '(?:nothing makes me happier than|nothing beats|new love:|what I (?:love|enjoy|like|am into)(?: these days| now| most)? is|passion of mine(?: is|:)) {v}',
    '{v} is what I (?:am into|love|like|enjoy|live for)',
    `(?:have|got|developed|with|share|harbou?r|confess(?: to)?|admit(?: to)?) (?:an?|my|the|this) (?:\\p{L}+ ){0,2}${FONDNESS} for {v}`,
    `{v} (?:is|are|remains?) (?:\\p{L}+ )?my (?:\\p{L}+ )?(?:weakness|delight|refuge|addiction|comfort|solace|therapy|escape|paradise|vice|hobby|pastime)`,
    `(?:nothing|few things|little) (?:${PLEASES}) (?:so much as |as much as |more than |quite like |like |than ){v}`,
    `(?:what|the thing that) (?:${PLEASES})[^.!?]{0,20}? is {v}`,
    `{v} (?:\\p{L}+ly |really |still |always |just )?(?:${PLEASES})`,
    `it is {v} that (?:${PLEASES})`,
    'it is {v} (?:that )?I (?:now )?(?:love|like|enjoy|adore)',
  ]),
  slot('car', 'vehicle', `what I drive|${MINE} ${CAR}|${CAR}|drive|drives|driving`, [
    `${DRIVEN} (?:a|an|my|our|the) (?:\\p{L}+ ){0,2}?{v}`,
    `I (?:now |still |currently )*${DRIVEN} {v}`,
    `${MINE} (?:\\p{L}+ )?${CAR} (?:these days )?${IS} (?:an? )?{v}`,
    `(?:car|wheels|ride|vehicle)(?: now| update)?: (?:an? )?{v}`,
    `{v} (?:is|has been) (?:now )?(?:${MINE} ${CAR}|what I drive|parked|sitting|sat) ?(?:on|in)?`,
    `(?:an?|${MINE}) {v} (?:in|on|outside) (?:my|our|the) (?:garage|drive|driveway|carport|house)`,
    '{v} (?:gets|takes|carries) me (?:around|about|to work|from a to b|everywhere)',
  ]),
  slot('owns', 'thing', 'own|owner|possess', [
    '(?:proud owner of|in possession of|owner of|treated myself to|splashed out on|invested in|possess|am the keeper of|own|bought|purchased|acquired|inherited|got hold of|saved up for) (?:a|an|my own|two|three|my very own|my first) {v}',
    'an? {v} (?:belongs to me|is mine|is in my possession|of my own|with my name on it|to my name)',
    '^(?:the|that|this) {v} (?:that |which |in |on |at )?[^.!?]{0,40}(?:belongs to me|is mine|is my own|is my property)',
    'in my possession: (?:one |an? )?{v}',
    '(?:left|bequeathed|gave) me (?:her|his|their) {v}',
    '(?:hold|have) (?:the )?title to (?:an? )?{v}',
  ]),
  slot('studies', 'thing', STUDIES, [
    `${DEGREE} (?:in|is in|subject is) {v}`,
    '(?:studying|study|majoring in|major in|specialising in|specializing in) (?!the |my |our |this |for ){v}(?= at (?:uni|university|college|the)| degree| course|$|[.,;!])',
    '(?:studies|major|degree): {v}',
    '{v} (?:is|are) (?:now )?(?:what I (?:study|am studying)|my (?:major|degree|course))',
  ]),
  // What is read, taken or enrolled in is often no subject: its looks must say so.
  slot('studies', 'subject', STUDIES, [
    `(?:${DEGREE}|classes|lectures|evening course|course|programme|program|studies|thesis) (?:in|on|for|of|is|is in|:) {v}`,
    '(?:enrolled (?:in|on|for)|reading|student of|undergrad in|read) {v}',
    '(?:a|an|as a|the only|fellow) (?:\\p{L}+-year )?{v} (?:student|undergrad|undergraduate|major|degree)',
    '(?:uni(?:versity)?(?: life)?|subject|college): {v}',
    '{v} (?:is|are) (?:now )?(?:my (?:subject|field))',
  ]),
  slot('allergy', 'thing', 'allerg(?:y|ies|ic)', [
    '(?:allergic|allergy|allergies|intolerant|hypersensitive|intolerance|hypersensitivity) (?:to|2|:|is|against|is to) {v}',
    '^(?:an? )?{v} allergy',
    '{v} (?:=|means?|equals?|(?:would|could|will) put me in|puts? me in|lands? me in|sends? me (?:in)?to) (?:the )?(?:hospital|A&E|ER|ICU|an ambulance)',
    '(?:an?|have|my|of an?|diagnosed|severe|nasty|bad|note:|:|got) (?:\\p{L}+ )??{v} (?:allergy|intolerance)',
    '{v} (?:brings? me out|makes? (?:me|my (?:throat|face|lips|skin|eyes|tongue)) (?:itch|swell|sneeze|wheeze|break|come|close)|gives? me (?:hives|a rash)|sets? off my|triggers? my|sends? me (?:to hospital|to A&E|to the ER|into anaphyla)|could kill me|can kill me|closes my throat)',
    '(?:break out in hives from|come out in (?:hives|a rash) from|swell up from|react (?:badly |violently )?to|epipen (?:for|because of)) {v}',
    'goes haywire on {v}',
  ]),
  slot('language', 'language', 'language|speak|tongue|spoken', [
    '(?:fluent in|speak|speaking|talk|talking|converse in|chat in|chat away in|conversant in|proficient in|command of|at home in|raised (?:in|on|speaking)|mother tongue is|native language is|first language is|get by in|bilingual in|dream in|grew up (?:with|speaking)|native speaker of|picked up|learned to speak|tongue I use is|know) (?:fluent |decent |some |perfect |good |a little |a bit of )*{v}',
    '(?:my|languages?:|native|fluent) {v} (?:is|\\(native|\\(fluent|speaker)',
    'languages?: {v}',
    '{v} is (?:my (?:mother|native|first) (?:tongue|language)|(?:what|a language|the language|one) (?:that )?I speak)',
    '(?:an?|as an?) (?:native |fluent )?{v} speaker',
  ]),
  slot('phone number', 'number', 'phone|(?:phone |mobile |cell )?number|mobile|cell|digits', [
    '(?:phone|number|call|reach|ring|text|mobile|cell|dial|digits|whatsapp|telephone|tel|contact|line|buzz|fone|txt)[^.!?]{0,50}?{v}',
    '{v}[^.!?]{0,30}?(?:phone|number|call|reach|ring|text|mobile|cell|dial|the line)',
  ]),
  slot('phone', 'name', `${MINE} (?:phone|mobile|handset|smartphone)|phone|handset`, [
    `${MINE} (?:\\p{L}+ )?(?:phone|mobile|handset|smartphone|cell) ${IS} (?:an? |the )?{v}`,
    '(?:new |old )?(?:phone|handset|smartphone)(?: now)?: (?:an? )?{v}',
    '(?:texting|typing|calling|writing|sent)(?: this| you)? (?:on|from) (?:an?|my) (?:new |old |trusty )?{v}',
    'an? {v} (?:is|as) my (?:phone|mobile|handset)',
  ]),
  slot('doctor', 'doctor', `${MINE} (?:doctor|gp|physician|doc)|gp|doctor|physician|surgery|doc`, [
    `${MINE} (?:\\p{L}+ )?(?:doctor|gp|physician|doc|medic)[^.!?]{0,30}?{v}`,
    '{v}[^.!?]{0,40}?(?:my (?:\\p{L}+ )?(?:doctor|gp|physician|doc)|treats me|(?:looks after|takes care of|keeps an eye on) (?:me|my)|sees me|has taken me on|prescribes|in charge of my health|who I see|I see|check-?ups?|handles my)',
    '(?:registered with|patient of|under|see|seeing|treated by|looked after by|in the care of|go to|went over to|signed up with|on the books of|consult|in the hands of) {v}',
    '(?:gp|doctor|physician|new doc)(?: now)?[:!]+ {v}',
    '{v} is (?:my|our) (?:doctor|gp|physician|doc)',
  ]),
  slot('team', 'name', `${MINE} ${TEAM}|${TEAM}|support|cheer`, [
    '(?:support|supporting|root(?:ing)? for|cheer(?:ing)? (?:for|on)|barrack for|pull(?:ing)? for|stand behind|support to|supporter of|follower of|loyal to|allegiance (?:is )?to|shout for|season ticket (?:for|at)|member of the|faithful to|heart beats for|heart belongs to|true to) {v}',
    `${MINE} (?:\\p{L}+ )?${TEAM} ${IS} {v}`,
    '(?:an? )?(?:(?:lifelong|die-hard|diehard|devoted|big|huge|proud|an|a|loyal|passionate|massive|keen),? )+{v} (?:fan|supporter|follower|nut|fanatic|season ticket)',
    '(?:up the|go|come on|team:|club:) {v}',
    '{v} (?:till I die|until I die|for life|all the way|is my (?:team|club|side)|are my (?:team|club|side)|through and through|season ticket)',
  ]),
  slot('family:child', 'name', `${MINE} ${CHILD}|${CHILD}`, [
    `${MINE} (?:\\p{L}+ |\\d+-year-old ){0,2}${CHILD},? (?:(?:${IS}|is|'s name is|is called|goes by|answers to),? )?{v}`,
    `{v},? (?:is |that is )?(?:my|our) (?:\\p{L}+ )?${CHILD}`,
    '(?:mum|mom|mother|dad|father|parent|proud parent|daddy|mummy|mama) (?:of|to) (?:one |little |lil |baby |a boy called |a girl called |a \\p{L}+ called )?{v}',
    '(?:gave birth to|welcomed (?:baby|little|our \\p{L}+)) {v}',
    `an? (?:\\p{L}+ )?${CHILD},? (?:called|named|by the name of)? ?{v}`,
    'we (?:named|called|christened) (?:him|her|our \\p{L}+) {v}',
  ]),
  slot('plan', 'deed', `${MINE} plans?|plans?`, [
    `I (?:really |firmly |now |definitely )?${WANT} (?:on |to )(?:go to |be )?{v}`,
    `${MINE} (?:\\p{L}+ )?(?:plan|intention|resolution|next step|next move|next big thing) (?:is|remains|:) (?:now )?(?:to )?{v}`,
    '(?:booked|paid for|signed up for|scheduled|lined up|committed to|on the cards:?|on the agenda:?|next up:?|plan:|plans:)(?: and paid for)?:? (?:a |an |my |our )?{v}',
    '(?:I|we) will {v}, (?:that is settled|it is decided|no question)',
    'mind is made up,? (?:I will|to) {v}',
  ]),
];
