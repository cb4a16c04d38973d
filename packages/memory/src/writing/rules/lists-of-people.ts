const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/u));

const NATIONALITIES =
  words(`afghan albanian algerian american angolan argentine argentinian armenian australian austrian azerbaijani bahraini
bangladeshi belarusian belgian bolivian bosnian brazilian british bulgarian cambodian cameroonian canadian chilean chinese colombian
congolese croatian cuban cypriot czech danish dominican dutch ecuadorian egyptian emirati english eritrean estonian ethiopian filipino
finnish french georgian german ghanaian greek guatemalan haitian honduran hungarian icelandic indian indonesian iranian iraqi irish israeli
italian ivorian jamaican japanese jordanian kazakh kenyan korean kurdish kuwaiti latvian lebanese libyan lithuanian luxembourgish
macedonian malagasy malaysian maltese mexican moldovan mongolian moroccan mozambican namibian nepalese nepali nicaraguan nigerian
norwegian omani pakistani palestinian panamanian paraguayan peruvian polish portuguese qatari romanian russian rwandan salvadoran saudi
scottish senegalese serbian singaporean slovak slovenian somali spanish sudanese swedish swiss syrian taiwanese tanzanian thai tunisian
turkish ugandan ukrainian uruguayan uzbek venezuelan vietnamese welsh yemeni zambian zimbabwean catalan basque swede dane finn pole scot
spaniard briton turk serb croat dutchman frenchman irishman`);

const RELIGIONS =
  words(`atheist agnostic buddhist christian catholic protestant orthodox lutheran methodist baptist anglican presbyterian
quaker mormon muslim sunni shia jewish jew hindu sikh jain taoist bahai pagan wiccan humanist evangelical religious`);

const plain = (phrase: string): string =>
  phrase
    .toLowerCase()
    .replace(/^(?:an?|the) /u, '')
    .replace(/ (?:citizen|national|person|woman|man)$/u, '');

/** The nationality that a phrase names: "Portuguese", "a Swede", "half Danish". */
export const nationalityOf = (phrase: string): string | undefined => {
  const norm = plain(phrase).replace(/^(?:half|part)[ -]/u, '');
  return norm.split(/[- ]/u).every((part) => NATIONALITIES.has(part))
    ? phrase.replace(/^(?:an?|the) /iu, '')
    : undefined;
};

/** The religion that a phrase names: "a Buddhist", "Roman Catholic". */
export const religionOf = (phrase: string): string | undefined => {
  const norm = plain(phrase).replace(/^(?:practicing|practising|devout|roman|born|lapsed) /u, '');
  return RELIGIONS.has(norm) ? phrase.replace(/^(?:an?|the) /iu, '') : undefined;
};
