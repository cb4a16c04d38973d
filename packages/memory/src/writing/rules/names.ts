import { languageName } from './word-lists.ts';

/** Words with a capital that only begin a sentence, or name no one. */
export const NO_NAME =
  /^(?:Me|Mine|Somebody|Someone|Everybody|Everyone|Nobody|People|Nothing|Some|One|I|Im|We|You|He|She|It|They|My|Our|Your|His|Her|The|A|An|This|That|These|Those|There|Here|And|But|Or|So|No|Not|Yes|Yeah|Oh|Ok|Okay|Well|Now|Just|Then|Since|After|Before|When|While|Once|As|At|In|On|By|For|From|With|To|Of|If|What|Who|Where|Which|Why|How|Sorry|Oops|Whoops|Actually|Correction|Update|News|Note|Please|Forget|Ignore|Scratch|Strike|Delete|Wrong|Typo|Never|Nope|Nah|Btw|Fyi|Lol|Haha|Ha|Hey|Hi|Hello|Goodbye|Bye|Guess|Turns|Make|Let|All|Both|Silly|Slip|Did|Do|Does|Is|Are|Was|Were|Am|Have|Has|Had|Can|Could|Would|Should|Will|New|Old|Moved|Left|Quit|Switched|Swapped|Changed|Traded|Sold|Bought|Got|Joined|Started|Meant|Said|Mr|Mrs|Ms|Don|Didn|Isn|Still|Also|Even|Only|Honestly|Confession|Truth|Fact|Home|Job|Work|Team|Address|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|Life|January|February|March|April|May|June|July|August|September|October|November|December|Last|Next|Again|Yesterday|Today|Tomorrow|Tonight|Yep|Yup|Wow|Thanks|Congrats|Great|Cool|Nice|Glad|Maybe|Later|Recently|Lately|Last|Next|GP|TV|OK|PS|FYI|BTW|LOL|DOB)$/u;

/** Whether a capitalised word can be what somebody is called. */
export const isSomebody = (word: string): boolean => !NO_NAME.test(word) && languageName(word) === undefined;
