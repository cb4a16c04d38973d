/** Words for relatives, as the one word they are filed under. */
const RELATIONS: ReadonlyMap<string, string> = new Map(
  `mother mom mum mommy mama|father dad daddy papa|sister sis|brother bro|wife|husband hubby|son|daughter|child kid baby|
partner spouse|girlfriend gf|boyfriend bf|fiance fiancé fiancee fiancée|grandmother grandma granny nana|grandfather grandpa|
aunt auntie|uncle|cousin|niece|nephew|twin|stepmother stepmom|stepfather stepdad|stepson|stepdaughter|stepsister|stepbrother|
mother-in-law|father-in-law|sister-in-law|brother-in-law|grandson|granddaughter|grandchild grandkid|roommate flatmate|boss|
friend|colleague coworker|neighbour neighbor|manager supervisor|mentor|coach|teacher|tutor|landlord landlady|ex|ex-husband|ex-wife|ex-girlfriend|ex-boyfriend|godmother|godfather|godson|goddaughter|pastor|classmate|housemate`
    .split('|')
    .flatMap((line) => {
      const words = line.trim().split(' ');
      return words.map((word) => [word, words[0] ?? word] as const);
    }),
);

/** Every relation, in the word it is filed under. */
export const RELATION_NAMES: readonly string[] = [...new Set(RELATIONS.values()), 'parent', 'sibling'];

const WOMEN = new Set(
  'mother sister wife daughter girlfriend fiancee grandmother aunt niece stepmother stepdaughter stepsister mother-in-law sister-in-law granddaughter'.split(
    ' ',
  ),
);
const MEN = new Set(
  'father brother husband son boyfriend grandfather uncle nephew stepfather stepson stepbrother father-in-law brother-in-law grandson'.split(
    ' ',
  ),
);

/** The pronoun of a relation that leaves no doubt about it. */
export const genderOf = (relation: string): 'she' | 'he' | undefined =>
  WOMEN.has(relation) ? 'she' : MEN.has(relation) ? 'he' : undefined;

const PLURALS: ReadonlyMap<string, string> = new Map([
  ['parents', 'parent'],
  ['siblings', 'sibling'],
  ['children', 'child'],
  ['grandparents', 'grandparent'],
  ['wives', 'wife'],
]);

/** The relation that a word names, in the singular: `sister` for "sisters", `mother` for "mom". */
export const relationOf = (word: string): string | undefined => {
  const norm = word.toLowerCase();
  return PLURALS.get(norm) ?? RELATIONS.get(norm) ?? RELATIONS.get(norm.replace(/s$/u, ''));
};

/** True for "sisters": more than one, so that no name belongs to it. */
export const isSeveral = (word: string): boolean => {
  const norm = word.toLowerCase();
  return PLURALS.has(norm) || (!RELATIONS.has(norm) && RELATIONS.has(norm.replace(/s$/u, '')));
};

const ANIMALS = new Set(
  'pet dog puppy pup cat kitten rabbit bunny hamster parrot horse pony turtle tortoise fish goldfish snake lizard gecko guinea bird budgie canary ferret chicken goat pig donkey labrador poodle retriever terrier beagle corgi dachshund bulldog tabby cockatiel cockatoo parakeet macaw lovebird finch budgerigar axolotl dragon chinchilla koi pig iguana chameleon tarantula hedgehog alpaca llama goose duck sheep whippet greyhound spaniel cockapoo labradoodle husky collie pug chihuahua dalmatian boxer rottweiler schnauzer malamute maltese shepherd sheepdog setter pointer hound mastiff spitz mongrel mutt siamese ragdoll sphynx bengal tomcat rat mouse mice gerbil degu mare foal stallion gelding newt frog toad salamander crab snail cow calf lamb hen rooster peacock pigeon dove owl falcon skunk glider monkey lynx mule betta guppy python boa parrotlet quail raccoon fox terrapin crocodile budgies tegu ferrets wolfdog'.split(
    ' ',
  ),
);

/** The animal that a word names, in the singular. */
export const animalOf = (word: string): string | undefined => {
  const norm = word.toLowerCase();
  if (ANIMALS.has(norm)) return norm;
  const singular = norm.replace(/ies$/u, 'y').replace(/s$/u, '');
  return ANIMALS.has(singular) ? singular : undefined;
};
