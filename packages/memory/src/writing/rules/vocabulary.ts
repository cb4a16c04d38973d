import { ownValue } from '../../own-value.ts';
/** How facts of one attribute relate to each other, and to time. */
export interface AttributeRule {
  /** One value at a time: another one takes its place. Or several side by side. */
  readonly values: 'one' | 'many';
  /**
   * `state` holds from when it was said, unless a date was given; `lasting` always; an `event` falls into its interval; a
   * `plan` stands until its time has passed.
   */
  readonly span: 'state' | 'lasting' | 'event' | 'plan';
}

/** Things that one has one of at a time: a new one takes the place of the old. */
const ONE: AttributeRule = { values: 'one', span: 'state' };
const ONE_OF_EACH: Readonly<Record<string, AttributeRule>> = Object.fromEntries(
  `phone,phone number,email,address,car,laptop,tablet,camera,bike,motorbike,console,printer,watch,doctor,dentist,therapist,vet,accountant,
lawyer,barber,hairdresser,pediatrician,personal trainer,psychiatrist,optician,physiotherapist,gym,team,salary,commute,project,height,
weight,blood type,star sign,zodiac sign,shoe size,middle name,surname,last name,username,handle,bank,time zone,church,
family:wife,family:husband,family:partner,family:girlfriend,family:boyfriend,family:fiance,family:spouse,family:mother,family:father,
family:boss,family:manager,family:landlord`
    .split(/,\s*/u)
    .map((name) => [name, ONE] as const),
);

/**
 * Every attribute that the rules write. `family:<relation>` and `favorite:<thing>` stand for as many as there are
 * relations and things.
 */
const ATTRIBUTES = {
  name: { values: 'one', span: 'lasting' },
  nickname: { values: 'many', span: 'lasting' },
  age: { values: 'one', span: 'state' },
  birthday: { values: 'one', span: 'lasting' },
  origin: { values: 'one', span: 'lasting' },
  'childhood home': { values: 'many', span: 'lasting' },
  language: { values: 'many', span: 'lasting' },
  relationship: { values: 'one', span: 'state' },
  home: { values: 'one', span: 'state' },
  household: { values: 'many', span: 'state' },
  workplace: { values: 'one', span: 'state' },
  employer: { values: 'one', span: 'state' },
  job: { values: 'one', span: 'state' },
  field: { values: 'one', span: 'state' },
  studies: { values: 'many', span: 'state' },
  school: { values: 'one', span: 'state' },
  education: { values: 'many', span: 'lasting' },
  family: { values: 'many', span: 'lasting' },
  pet: { values: 'many', span: 'state' },
  likes: { values: 'many', span: 'state' },
  dislikes: { values: 'many', span: 'state' },
  prefers: { values: 'many', span: 'state' },
  favorite: { values: 'one', span: 'state' },
  allergy: { values: 'many', span: 'lasting' },
  diet: { values: 'one', span: 'state' },
  health: { values: 'many', span: 'state' },
  habit: { values: 'many', span: 'state' },
  owns: { values: 'many', span: 'state' },
  uses: { values: 'many', span: 'state' },
  wants: { values: 'many', span: 'state' },
  activity: { values: 'many', span: 'state' },
  routine: { values: 'many', span: 'state' },
  hobby: { values: 'many', span: 'state' },
  plays: { values: 'many', span: 'state' },
  subscription: { values: 'many', span: 'state' },
  deadline: { values: 'many', span: 'plan' },
  religion: { values: 'one', span: 'state' },
  nationality: { values: 'many', span: 'lasting' },
  ...ONE_OF_EACH,
  plan: { values: 'many', span: 'plan' },
  event: { values: 'many', span: 'event' },
} satisfies Readonly<Record<string, AttributeRule>>;

const FALLBACK: AttributeRule = { values: 'many', span: 'state' };

/** Whether the vocabulary has an attribute: by its own name, or by the family before its colon. */
export const isNamedAttribute = (attribute: string): boolean =>
  Object.hasOwn(ATTRIBUTES, attribute.split(':')[0] ?? '');

/** Every attribute of the vocabulary. */
export const ATTRIBUTE_NAMES: readonly string[] = Object.keys(ATTRIBUTES);

/** The rule of an attribute; one that is not in the vocabulary has many values. */
export const attributeRule = (attribute: string | undefined): AttributeRule => {
  const rules: Readonly<Record<string, AttributeRule>> = ATTRIBUTES;
  const name = attribute ?? '';
  const family = name.split(':')[0] ?? '';
  if (Object.hasOwn(rules, name)) return rules[name] ?? FALLBACK;
  return ownValue(rules, family) ?? FALLBACK;
};
