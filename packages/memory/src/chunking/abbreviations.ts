const words = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/u));

/** Never the end of a sentence: titles, and what introduces something. Lower case, without the last stop. */
export const OPENING_ABBREVIATIONS = words(
  `mr mrs ms dr prof st mt rev gen col capt cmdr lt sgt sen rep gov hon messrs mme mlle herr hr fr sra dra dña
  e.g i.e eg ie vs cf ca approx viz al esp incl z.b d.h u.a bzw vgl ggf evtl p.ej ud uds`,
);

/** Stands before a number: "No. 5", "fig. 3"; before anything else it is a word. */
export const NUMBERED_ABBREVIATIONS = words(
  'no nos nr nrs vol fig figs p pp ch sec art arts par ex op eq tab ver v ed abs kap núm pág',
);

/** Ends a sentence where a word follows that begins one, and stands inside it elsewhere. */
export const CLOSING_ABBREVIATIONS = words(
  `etc inc ltd co corp dept est jr sr bros a.m p.m ph.d m.d b.a m.a b.sc m.sc ave blvd rd hwy apt tel ext
  jan feb apr jun jul aug sep sept oct nov dec usw d.c`,
);

/** Days of the week are words, too ("We sat."): short for a day only in capitals and before a number or a month. */
export const DAY_ABBREVIATIONS = words('Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun Mar');

/** Words in capitals that begin sentences far more often than they stand in names. */
export const SENTENCE_STARTERS = words(
  `The A An He She It I We They You This That These Those There Here My Our Your His Her Its Their Who What When Where Why
  How But And So Or Then If In On At As After Before While For From With Not No Yes Now Well Maybe Please Is Are Was Were Do
  Does Did Can Could Would Will Let Nobody Everyone Someone Some Many Most All One Once Later Today Tomorrow Yesterday
  However See I'm I'll I've I'd It's He's She's We're We'll They're That's There's Don't Didn't Let's Der Die Das Er Sie Es
  Wir Ich El La Los Las Le Les Il Elle Nous Je`,
);
