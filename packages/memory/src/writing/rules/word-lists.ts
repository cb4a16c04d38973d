const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/u));

/** Words that name what somebody does for a living. */
const OCCUPATIONS =
  words(`accountant actor actress actuary administrator analyst architect artist assistant attorney author baker
banker barber barista bartender bookkeeper broker builder butcher captain carpenter cashier caterer chef chemist cleaner clerk
coach coder comedian conductor consultant contractor cook copywriter counselor counsellor courier curator dancer dentist designer
detective developer dietitian director diver doctor driver economist editor electrician engineer entrepreneur farmer
firefighter fisherman florist foreman freelancer gardener geologist guard guide hairdresser handyman illustrator instructor
interpreter investor janitor jeweler joiner journalist judge landscaper lawyer lecturer librarian lifeguard locksmith machinist
manager mason mechanic midwife miner model musician nanny nurse officer operator optician paralegal paramedic pastor pediatrician
pharmacist photographer physician physicist pilot plumber poet policeman policewoman politician postman potter principal
producer professor programmer psychiatrist psychologist publicist publisher radiologist realtor receptionist recruiter reporter
researcher roofer sailor salesman salesperson saleswoman scientist sculptor secretary seller server singer soldier
songwriter statistician steward stewardess stylist supervisor surgeon surveyor tailor teacher technician therapist trader trainer
translator treasurer tutor veterinarian vet waiter waitress warden welder writer zookeeper student intern apprentice
trainee volunteer retiree homemaker midwife maker tiler plasterer glazier sommelier beekeeper lead head officer manager specialist assistant associate partner professor rabbi priest imam nun monk goldsmith blacksmith gondolier bricklayer brewer winemaker cheesemaker dispatcher ranger referee umpire choreographer animator cartographer archivist curator docent stylist nutritionist caretaker nurse doorman bouncer croupier influencer youtuber streamer novelist essayist columnist copyeditor proofreader typesetter biologist physicist mathematician anthropologist archaeologist astronomer botanist zoologist geneticist psychotherapist masseur masseuse chiropractor osteopath orthodontist anesthesiologist cardiologist dermatologist neurologist oncologist radiographer sonographer phlebotomist hygienist logistician lumberjack shepherd vintner gamekeeper stonemason welder machinist millwright rigger scaffolder stagehand gaffer grip usher concierge housekeeper butler valet chauffeur cabbie trucker founder owner ceo cto cfo executive planner strategist marketer bricklayer painter`);

/** True for a phrase whose last word is an occupation. */
export const isOccupation = (phrase: string): boolean => {
  const head = phrase.toLowerCase().split(' ').at(-1) ?? '';
  if (/\bowner of (?:an?|my|two|the)\b|\brole model\b/iu.test(phrase)) return false;
  return (
    /\bstay-at-home\b/iu.test(phrase) ||
    OCCUPATIONS.has(head) ||
    OCCUPATIONS.has(phrase.toLowerCase().split(' of ')[0]?.split(' ').at(-1) ?? '') ||
    /(?:ologist|ographer|ician|keeper|smith|wright)$/u.test(head) ||
    (/\p{L}{3}(?:man|woman)$|^(?:master|lead)$/u.test(head) &&
      !/^(?:human|german|roman|norman|woman|gentleman)$/u.test(head))
  );
};

/** What people say they have, own or buy, and mean a thing. */
const BELONGINGS =
  words(`apartment bakery bicycle bike boat cabin cafe café camera camper car caravan company condo
convertible cottage drum drums farm flat garage garden guitar gym home house jeep kayak keyboard laptop lathe loom moped
motorbike motorcycle motorhome orchard phone piano pickup plot pool printer restaurant sailboat saxophone scooter sedan sewing
shop skateboard snowboard store studio surfboard suv tablet telescope tent tesla tractor treadmill truck van violin vineyard
watch workshop yacht bookstore business greenhouse smartphone computer desktop ukulele cello trumpet flute television tv
licence license passport ps5 playstation xbox switch kindle ipad iphone macbook drone projector fridge dishwasher sauna hammock
telescope allotment timeshare microscope kiln treadmill record turntable espresso scooter canoe surfboard chalet bungalow bookshop`);

const VEHICLES =
  words(`car van truck suv jeep sedan hatchback convertible pickup minivan tesla volvo toyota honda ford bmw audi mercedes
volkswagen vw golf polo skoda fiat kia hyundai renault peugeot citroen opel mazda nissan subaru saab porsche mini seat dacia lexus
chevrolet chevy dodge prius civic corolla panda yaris leaf beetle tucson qashqai camry mustang rivian polestar byd jaguar rover vauxhall alfa
suzuki mitsubishi chrysler cadillac bentley ferrari lamborghini maserati bugatti lotus infiniti acura buick gmc cupra isuzu tata
lada smart berlingo corsa astra fiesta focus clio megane yaris picanto i20 i10 octavia fabia duster sandero`);

/** Words of the list that are no name of a car. */
const KINDS_OF_CAR = words('car van truck suv jeep sedan hatchback convertible pickup minivan');

/** True for the name of a maker or a model. */
export const isCarWord = (word: string): boolean => {
  const norm = word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return VEHICLES.has(norm) && !KINDS_OF_CAR.has(norm);
};

/** True for a phrase that names a car. */
export const isVehicle = (phrase: string): boolean => {
  const plain = phrase.replace(/^(?:an?|my|our|the|their|his|her) /iu, '');
  const head = plain.toLowerCase().split(' ').at(-1) ?? '';
  // "a mini", "a seat", "a leaf" are other things; makers and models have a capital.
  const isModel =
    /\p{Lu}/u.test(plain) &&
    plain
      .toLowerCase()
      .split(/[ -]/u)
      .some((word) => VEHICLES.has(word));
  return isModel || /^(?:car|van|truck|suv|jeep|sedan|hatchback|convertible|pickup|minivan)$/u.test(head);
};

/** True for a phrase whose last word is a thing that one can own. */
export const isBelonging = (phrase: string): boolean => {
  const head = phrase.toLowerCase().split(' ').at(-1) ?? '';
  return BELONGINGS.has(head) || BELONGINGS.has(head.replace(/s$/u, ''));
};

const CONDITIONS =
  words(`adhd allergies anemia anxiety arthritis asthma autism cancer celiac depression diabetes dyslexia eczema
endometriosis epilepsy fibromyalgia glaucoma gout hypertension hypothyroidism insomnia lupus migraine migraines narcolepsy ocd
osteoporosis pcos psoriasis ptsd scoliosis sciatica tinnitus vertigo apnea disease syndrome disorder`);

/** True for a phrase whose last word is a lasting condition of health. */
export const isCondition = (phrase: string): boolean =>
  CONDITIONS.has(phrase.toLowerCase().split(' ').at(-1) ?? '');

const DIETS = words(
  'vegan vegetarian pescatarian flexitarian keto paleo halal kosher carnivore gluten-free dairy-free',
);

/** The diet that a phrase names. */
export const dietOf = (phrase: string): string | undefined => {
  const plain = phrase
    .toLowerCase()
    .replace(/^an? /u, '')
    .replace(/ (?:diet|person|eater|now)$/u, '')
    .replace(/\s*-\s*/u, '-');
  return DIETS.has(plain) ? plain : undefined;
};

const LANGUAGES =
  words(`afrikaans albanian amharic arabic armenian basque bengali bulgarian cantonese catalan croatian czech danish
dutch english esperanto estonian farsi filipino finnish flemish french gaelic galician georgian german greek gujarati hausa hebrew
hindi hungarian icelandic igbo indonesian irish italian japanese kannada korean kurdish latin latvian lithuanian malay malayalam
mandarin maori marathi mongolian nepali norwegian pashto persian polish portuguese punjabi quechua romanian russian sanskrit
serbian sinhala slovak slovenian somali spanish swahili swedish tagalog tamil telugu thai tibetan turkish ukrainian urdu
vietnamese welsh xhosa yiddish yoruba zulu chinese asl lao khmer frisian breton luxembourgish slovene cornish manx occitan faroese
azerbaijani kazakh uzbek tajik turkmen burmese tigrinya oromo shona wolof twi akan ewe lingala kinyarwanda malagasy maltese macedonian
belarusian bosnian romansh corsican sardinian sicilian scots sindhi odia assamese dari hmong javanese sundanese cebuano ilocano tongan
samoan hawaiian navajo cherokee guarani aymara nahuatl inuktitut greenlandic sami tatar chechen uyghur ladino papiamento creole sotho
tswana chichewa ndebele luganda dzongkha fijian aramaic hokkien hakka shanghainese bsl`);

/** The language that a word names, with a capital. */
export const languageName = (word: string): string | undefined => {
  const norm = word.toLowerCase();
  return LANGUAGES.has(norm) ? norm.charAt(0).toUpperCase() + norm.slice(1) : undefined;
};

/** Verbs whose past is no event: what one thinks, says, feels, is, or only tries. */
export const NOT_EVENTS =
  words(`think know feel want need say tell mean hear guess hope notice realize realise look seem try ask like love
hate believe remember forget agree expect suppose understand wonder care have be do get keep let use appreciate enjoy
prefer seem sound talk mention figure dream joke pretend lie thank wish decide plan consider happen become should see give put
miss bet text show follow need used mean send come`);
