/**
 * What people call the things that one has one of: "my dentist is ...", "my new phone is ...". Each line is an attribute and
 * the nouns for it; a noun alone is its own attribute.
 */
const NOUNS = `
phone: phone | cell phone | mobile | mobile phone | smartphone | cellphone
phone number: phone number | mobile number | cell number | number | cell
email: email | e-mail | email address | mail address
address: address | home address | postal address
car: car | vehicle | truck | ride
laptop: laptop | computer | notebook | pc | work laptop
tablet | camera | bike | motorbike | console | printer | watch
doctor: doctor | gp | physician | family doctor | primary care doctor
dentist | therapist | vet | accountant | lawyer | barber | hairdresser | pediatrician | personal trainer | psychiatrist | optician | physiotherapist
gym: gym | fitness studio | fitness club
team: team | football team | soccer team | club | football club
hobby: hobby | hobbies | pastime | main hobby
salary: salary | income | pay | wage | wages | yearly salary | annual salary | monthly salary
commute: commute | way to work
wants: goal | aim | ambition | resolution | dream | new year's resolution
project: project | side project | pet project
religion: religion | faith
nationality: nationality | citizenship
studies: major | field of study | subject | minor | course
education: degree | highest degree
school: school | university | college | uni | alma mater
employer: employer | company | workplace
job: job | profession | occupation | role | position | job title | title | trade
field: field | line of work | industry
plays: instrument | sport
language: native language | mother tongue | native tongue | first language
origin: hometown | home town | birthplace | place of birth
height | weight | blood type | star sign | zodiac sign | shoe size | middle name | surname | last name | username | handle | bank | time zone | church
subscription: subscription
diet: diet
allergy: allergy | allergies
health: condition | diagnosis
deadline: deadline
`;

const ATTRIBUTE_OF: ReadonlyMap<string, string> = new Map(
  NOUNS.trim()
    .split('\n')
    .flatMap((line) => {
      const [, attribute, list = ''] = /^(?:(?<attribute>[^:|]+): )?(?<list>.+)$/u.exec(line) ?? [];
      return list.split(' | ').map((noun) => [noun.trim(), attribute ?? noun.trim()] as const);
    }),
);

/** Attributes that the nouns name, for whoever looks through all of them. */
export const NAMED_ATTRIBUTES: readonly string[] = [...new Set(ATTRIBUTE_OF.values())];

const NEWER = /^(?:new|current|present|own|main|primary|latest|other|brand new|next|usual|regular) /u;
const FORMER = /^(?:old|previous|former|last|first|ex-?) /u;

/** The attribute that a noun names after "my", and whether it is a former one; undefined where it names none. */
export const attributeNamed = (
  phrase: string,
): { readonly attribute: string; readonly isFormer: boolean } | undefined => {
  const norm = phrase.toLowerCase().replace(/\s*-\s*/gu, '-');
  const isFormer = FORMER.test(norm) && !ATTRIBUTE_OF.has(norm);
  const noun = ATTRIBUTE_OF.has(norm) ? norm : norm.replace(NEWER, '').replace(FORMER, '');
  const attribute = ATTRIBUTE_OF.get(noun);
  return attribute === undefined ? undefined : { attribute, isFormer };
};
