const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/u));

const INSTRUMENTS =
  words(`guitar piano violin viola cello bass drums drum flute clarinet oboe bassoon saxophone sax trumpet trombone
tuba horn harp banjo mandolin ukulele accordion harmonica organ keyboard keyboards synthesizer recorder lute sitar bagpipes fiddle
percussion xylophone marimba euphonium cornet piccolo lyre zither balalaika didgeridoo tabla erhu koto oud kalimba harpsichord concertina`);

const GAMES =
  words(`tennis football soccer basketball volleyball handball rugby hockey cricket baseball softball golf badminton squash padel
pickleball lacrosse polo bowls bowling billiards snooker pool darts chess checkers go bridge poker backgammon scrabble mahjong catan
dodgeball netball curling paintball frisbee table-tennis ping-pong racquetball shogi dominoes croquet petanque boules futsal
minecraft fortnite tetris dnd`);

const PRACTICES =
  words(`yoga pilates karate judo taekwondo aikido crossfit ballet boxing kickboxing wrestling fencing archery gymnastics
climbing bouldering hiking running jogging swimming cycling biking rowing kayaking canoeing sailing surfing windsurfing kitesurfing
snowboarding skiing skating skateboarding diving snorkeling snorkelling scuba fishing hunting camping backpacking mountaineering
orienteering horseback riding dancing salsa tango ballroom pottery ceramics painting drawing sketching watercolor watercolour
photography knitting crochet crocheting sewing quilting embroidery weaving woodworking woodcarving carpentry gardening birdwatching
birding stargazing astronomy baking cooking brewing homebrewing beekeeping calligraphy origami juggling meditation meditating
journaling blogging podcasting gaming cosplay geocaching triathlon triathlons marathons weightlifting powerlifting bodybuilding
parkour paragliding skydiving sculpting sculpture singing choir improv scrapbooking genealogy collecting stamps lego reading
writing volunteering tai-chi spinning zumba trail-running motocross karting metalworking glassblowing printmaking needlework
bonsai chess archery improv theatre theater puzzles crosswords sudoku`);

const headOf = (phrase: string): string =>
  phrase
    .toLowerCase()
    .replace(/\s*-\s*/gu, '-')
    .replace(/^(?:the|an?|some|my|any) /u, '')
    .split(' ')
    .at(-1) ?? '';

/** True for what people play: an instrument or a game, also "the lead guitar", "table tennis". */
export const isPlayed = (phrase: string): boolean => {
  const first =
    phrase
      .toLowerCase()
      .replace(/^(?:the|an?|some|my|any) /u, '')
      .split(/ (?:in|at|with|for|on|and) /u)[0] ?? '';
  const head = headOf(first);
  return INSTRUMENTS.has(head) || GAMES.has(head);
};

/** True for what people practise without playing it: "pottery", "rock climbing". */
export const isPractice = (phrase: string): boolean =>
  PRACTICES.has(headOf(phrase.split(/ (?:in|at|with|for|on|and) /u)[0] ?? '')) &&
  phrase.split(' ').length <= 6;
