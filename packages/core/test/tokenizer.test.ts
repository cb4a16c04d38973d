import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createEstimatingTokenizer, type Tokenizer } from '../src/index.ts';
import { openO200kTokenizer } from '../src/tokenizer/index.ts';

let exact: Tokenizer;
beforeAll(async () => {
  exact = await openO200kTokenizer();
});

/** Texts as people and programs write them, in many scripts, and odd ones. Written for this test. */
const TEXTS: Readonly<Record<string, string>> = {
  english:
    'Yesterday I moved from Porto to Lisbon, and the landlord asked for two months of rent in advance.',
  short: 'Tea for Signe, tar for Caio.',
  shouting: 'URGENT: THE SHIPMENT WAS DELAYED AGAIN AND NOBODY ANSWERED THE PHONE',
  'long words': 'Pneumonoultramicroscopicsilicovolcanoconiosis antidisestablishmentarianism',
  unspeakable: 'xkcdqzvbjwptlm qwrtzpsdfg HJKLQZXW bvnmxzq',
  code: 'const fooBarBaz = (a: number, b?: string) => a >>> 0 === b?.length;\n\t\tif (x[i++] !== y[--j]) break;',
  json: '{"id":"msg_01hqz3x9k4","tokens":123456789,"items":[1,2,3.14159],"ok":true,"none":null}',
  address: 'https://example.org/a/b/c?x=1&y=2#frag-9f8e7d6c5b4a',
  keys: '550e8400-e29b-41d4-a716-446655440000 SGVsbG8sIHdvcmxkISBUaGlzIGlzIGJhc2U2NA==',
  numbers: '1 22 333 4444 55555 666666 7777777 1,234.56 2025-03-01 18:04',
  german: 'Die Donaudampfschifffahrtsgesellschaft hat gestern außergewöhnlich große Verspätungen gemeldet.',
  portuguese: 'Não sei se amanhã a reunião começa às nove; a Ana já não está cá, pois mudou-se para Coimbra.',
  polish: 'Zażółć gęślą jaźń. Wczoraj przeprowadziłem się do Łodzi, gdzie świetnie się żyje.',
  vietnamese: 'Hôm qua tôi chuyển từ Hà Nội đến Đà Nẵng và trời mưa rất to suốt cả ngày.',
  turkish: "İstanbul'da yağmur yağıyordu ve çocuklar şemsiyelerini evde unutmuşlardı.",
  russian: 'Вчера мы переехали из Москвы в Казань, и кошка до сих пор прячется под диваном.',
  greek: 'Χθες μετακομίσαμε από την Αθήνα στη Θεσσαλονίκη και η γάτα ακόμα κρύβεται.',
  arabic: 'انتقلنا أمس من القاهرة إلى الإسكندرية وما زالت القطة تختبئ تحت الأريكة.',
  hebrew: 'אתמול עברנו מתל אביב לירושלים והחתולה עדיין מתחבאת מתחת לספה.',
  hindi: 'कल हम दिल्ली से मुंबई चले गए और बिल्ली अब भी सोफ़े के नीचे छिपी है।',
  tamil: 'நேற்று நாங்கள் சென்னையிலிருந்து மதுரைக்கு மாறினோம், பூனை இன்னும் மறைந்திருக்கிறது.',
  thai: 'เมื่อวานเราย้ายจากกรุงเทพไปเชียงใหม่ และแมวยังซ่อนอยู่ใต้โซฟา',
  japanese: '昨日、私たちは東京から大阪に引っ越しました。猫はまだソファーの下に隠れています。',
  chinese: '昨天我们从北京搬到了上海，猫还躲在沙发下面。饕餮魑魅魍魉',
  korean: '어제 우리는 서울에서 부산으로 이사했고 고양이는 아직 소파 밑에 숨어 있어요.',
  georgian: 'გუშინ თბილისიდან ბათუმში გადავედით და კატა ჯერ კიდევ იმალება.',
  amharic: 'ትናንት ከአዲስ አበባ ወደ ሐዋሳ ተዛወርን።',
  tibetan: 'བོད་ཡིག་གི་ཡི་གེ་འདི་ཡིན།',
  emoji: '🙂🙃😂👩‍👩‍👧‍👦🏳️‍🌈🇵🇹👍🏽❤️',
  signs: '∀x∈ℝ: ⌈x⌉ = −⌊−x⌋ ≠ ½ · √2 → ∞ ¶ § ©®™ ┌──┐│ab│└──┘ 𝔘𝔫𝔦𝔠𝔬𝔡𝔢',
  punctuation: '!?...---***///\\\\"""\'\'\'((()))',
  phonetic: 'ðə kwɪk bɹaʊn fɒks',
  hieroglyphs: '𒀀𒁀𒂀𓀀𓀁𓀂',
  blanks: '\n\n\n\n \n\t \n a     b          c\u00a0d\u3000e\u200b',
  controls: '\u0001\u0002\u0003\u0000\u007f',
  surrogates: 'a\ud800b\udc00c',
};

const NAMES = Object.keys(TEXTS);
/** Words of every text above, mixed. */
const mixed = fc
  .array(fc.constantFrom(...Object.values(TEXTS).flatMap((text) => text.split(/(?<=\s)/u))), {
    minLength: 20,
    maxLength: 60,
  })
  .map((words) => words.join(' '));

describe('the exact counter', () => {
  it('counts a run without a break in time linear in its length, a token a piece too many at most', () => {
    for (const unit of ['x', ' ', '=', '字']) {
      expect(exact.count(unit.repeat(200_000))).toBeGreaterThan(0);
      const whole = exact.count(unit.repeat(1_000));
      const doubled = exact.count(unit.repeat(2_000));
      expect(doubled).toBeGreaterThanOrEqual(2 * whole - 8);
      expect(doubled).toBeLessThanOrEqual(2 * whole + 8);
    }
  });

  it('counts as o200k_base does', () => {
    // Known encodings: "hello world" is [24912, 2375], "tiktoken" is [83, 8251, 2488].
    expect(exact.count('hello world')).toBe(2);
    expect(exact.count('tiktoken')).toBe(3);
    expect(exact.count('')).toBe(0);
    expect(exact).toMatchObject({ id: 'o200k_base', exact: true });
  });

  it('counts the spelling of a special token as the plain text that it is', () => {
    for (const special of ['<|endoftext|>', '<|endofprompt|>', '<|im_start|>']) {
      expect(exact.count(special)).toBeGreaterThan(3);
      expect(exact.count(`a ${special} b`)).toBeGreaterThan(5);
    }
  });

  it('counts a lone surrogate as the replacement sign that an encoder makes of it', () => {
    expect(exact.count('\ud800')).toBe(exact.count('\ufffd'));
    expect(exact.count('a\udc00b')).toBe(exact.count('a\ufffdb'));
    const long = 'x y '.repeat(40);
    expect(exact.count(`${long}\ud800`)).toBe(exact.count(`${long}\ufffd`));
  });

  it('gives the same count again, from memory too', () => {
    fc.assert(
      fc.property(mixed, (text) => {
        const short = text.slice(0, 40);
        expect(exact.count(short)).toBe(exact.count(short));
      }),
    );
    for (let index = 0; index < 5_000; index += 1) exact.count(`label ${index}`);
    expect(exact.count('hello world')).toBe(2);
  });

  it('counts lines one by one as it counts them together', () => {
    // Byte pairs merge only inside a word, and no word reaches over a line break.
    const line = fc
      .array(
        fc.constantFrom('Tea', 'naïve', 'Ölteppich', 'кошка', '猫', '2025', 'well-known', 'yes!', '(no)'),
        {
          minLength: 1,
        },
      )
      .map((words) => words.join(' '));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), (all) => {
        const apart = all.reduce((sum, text) => sum + exact.count(`${text}\n`), 0);
        expect(exact.count(all.map((text) => `${text}\n`).join(''))).toBe(apart);
      }),
    );
  });

  it('never counts more tokens than bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(exact.count(text)).toBeLessThanOrEqual(new TextEncoder().encode(text).length);
      }),
    );
  });
});

describe('the estimating counter', () => {
  const estimate = createEstimatingTokenizer();

  it('says what it is, and counts nothing in nothing', () => {
    expect(estimate).toMatchObject({ id: 'estimate', exact: false });
    expect(estimate.count('')).toBe(0);
  });

  it.each(NAMES)('lies above the exact count: %s', (name) => {
    const text = TEXTS[name] as string;
    expect(estimate.count(text)).toBeGreaterThanOrEqual(exact.count(text));
  });

  it('lies above the exact count of any mixture of them', () => {
    fc.assert(
      fc.property(mixed, (text) => {
        expect(estimate.count(text)).toBeGreaterThanOrEqual(exact.count(text));
      }),
      { numRuns: 300 },
    );
  });

  it('is no more than four times too high', () => {
    for (const text of Object.values(TEXTS))
      expect(estimate.count(text)).toBeLessThanOrEqual(4 * exact.count(text) + 1);
    const english = TEXTS['english'] as string;
    expect(estimate.count(english)).toBeLessThanOrEqual(2 * exact.count(english));
  });

  it('never falls when words are added', () => {
    fc.assert(
      fc.property(mixed, fc.nat(), (text, at) => {
        const words = text.split(' ');
        const fewer = words.slice(0, at % words.length).join(' ');
        expect(estimate.count(fewer)).toBeLessThanOrEqual(estimate.count(text));
      }),
    );
  });
});
