/** What a dialogue in one language is made of. Written for this bench. */
export interface LanguageWords {
  readonly name: string;
  readonly facts: readonly string[];
  readonly smallTalk: readonly string[];
  readonly words: Readonly<Record<string, readonly string[]>>;
}

const CHINESE: LanguageWords = {
  name: 'chinese',
  facts: [
    '我妹妹{name}下个月搬到{place}去教{skill}。',
    '我对{food}过敏，小时候差点出事。',
    '我家的{pet}叫{name}，今年{number}岁了。',
    '我在{place}的{work}上班，已经{number}年了。',
    '我从不吃{food}，只喝{drink}。',
    '我们的火车{number}点从{place}出发。',
    '医生{name}让我每天吃{number}片药。',
    '我喜欢{drink}，不喜欢咖啡。',
  ],
  smallTalk: [
    '你今天怎么样？',
    '太好了，真为你高兴！',
    '嗯，我明白你的意思。',
    '谢谢你，你真好。',
    '晚上有空吗？',
    '好的，那我们晚点再聊吧。',
    '哈哈，我也是这么想的。',
    '没关系，慢慢来。',
    '真的吗？再跟我说说吧。',
    '今天的天气真不错啊。',
    '我先去吃饭了，一会儿见。',
    '好吧，那就这样吧。',
    '时间不早了，早点休息吧。',
    '你说得对，我们应该这样做。',
  ],
  words: {
    name: ['赵雅', '林晓峰', '欧阳静', '陈默', '苏珊娜'],
    place: ['青岛', '成都', '哈尔滨', '里斯本', '昆明'],
    skill: ['大提琴', '书法', '陶艺', '游泳'],
    food: ['花生', '海鲜', '芒果', '羊肉'],
    drink: ['绿茶', '豆浆', '白开水'],
    pet: ['小狗', '猫', '乌龟'],
    work: ['邮局', '动物园', '造船厂', '面包店'],
    number: ['3', '7', '12', '15'],
  },
};

const SPANISH: LanguageWords = {
  name: 'spanish',
  facts: [
    'Mi hermana {name} se muda a {place} para enseñar {skill}.',
    'Soy alérgico a {food} desde pequeño.',
    'Nuestro {pet} se llama {name} y tiene {number} años.',
    'Trabajo en {work} de {place} desde hace {number} años.',
    'Nunca como {food}, y solo bebo {drink}.',
    'El tren a {place} sale a las {number}.',
    'La doctora {name} me cambió las pastillas para el corazón.',
    'Prefiero {drink} al café.',
  ],
  smallTalk: [
    '¿Qué tal tu día?',
    '¡Qué bien, me alegro mucho por ti!',
    'Sí, ya sé lo que quieres decir.',
    'Muchas gracias, eres muy amable.',
    '¿Qué haces esta noche?',
    'Bueno, hablamos luego entonces.',
    'Jaja, yo estaba pensando lo mismo.',
    'No pasa nada, tómate tu tiempo.',
    '¿De verdad? Cuéntame más.',
    'Hoy hace muy buen tiempo.',
    'Ahora me voy a comer, nos vemos luego.',
    'Vale, pues así lo hacemos.',
    'Ya es tarde, me voy a dormir.',
    'Tienes razón, deberíamos hacerlo algún día.',
  ],
  words: {
    name: ['Leocadia', 'Fermín', 'Ainhoa', 'Baltasar', 'Ximena'],
    place: ['Cuenca', 'Valparaíso', 'Lisboa', 'Cáceres'],
    skill: ['violonchelo', 'cerámica', 'natación', 'ajedrez'],
    food: ['los cacahuetes', 'el marisco', 'la carne', 'los higos'],
    drink: ['el té', 'agua', 'zumo de naranja'],
    pet: ['perro', 'gato', 'loro'],
    work: ['el hospital', 'la biblioteca', 'el astillero', 'una panadería'],
    number: ['3', '7', '12', '15'],
  },
};

const ARABIC: LanguageWords = {
  name: 'arabic',
  facts: [
    'أختي {name} ستنتقل إلى {place} لتدرّس {skill}.',
    'أنا عندي حساسية من {food} منذ الطفولة.',
    '{pet} في بيتنا اسمه {name} وعمره {number} سنوات.',
    'أنا أعمل في {work} في {place} منذ {number} سنوات.',
    'أنا لا آكل {food} أبدا وأشرب {drink} فقط.',
    'القطار إلى {place} يغادر الساعة {number}.',
    'الطبيبة {name} غيّرت لي دواء القلب.',
    'أنا أفضل {drink} على القهوة.',
  ],
  smallTalk: [
    'كيف حالك اليوم؟',
    'رائع، أنا سعيد جدا من أجلك!',
    'نعم، أفهم ما تقصده.',
    'شكرا جزيلا، هذا لطف منك.',
    'ماذا تفعل هذا المساء؟',
    'حسنا، نتحدث لاحقا إذن.',
    'هههه، كنت أفكر في نفس الشيء.',
    'لا بأس، خذ وقتك.',
    'حقا؟ أخبرني أكثر.',
    'الجو جميل جدا اليوم.',
    'سأذهب الآن لآكل، أراك لاحقا.',
    'طيب، هكذا نفعل إذن.',
    'الوقت متأخر، سأذهب للنوم.',
    'معك حق، يجب أن نفعل ذلك يوما ما.',
  ],
  words: {
    name: ['سلمى', 'إدريس', 'نزار', 'هالة', 'طارق'],
    place: ['مراكش', 'عمّان', 'الإسكندرية', 'صفاقس'],
    skill: ['العود', 'السباحة', 'الشطرنج', 'الخزف'],
    food: ['الفول السوداني', 'السمك', 'البيض', 'اللحم'],
    drink: ['الشاي', 'الماء', 'عصير البرتقال'],
    pet: ['الكلب', 'القط', 'الببغاء'],
    work: ['المستشفى', 'المكتبة', 'المطار', 'المخبز'],
    number: ['3', '7', '12', '15'],
  },
};

/** Languages in which the words of the default table say nothing. */
export const LANGUAGES: readonly LanguageWords[] = [CHINESE, SPANISH, ARABIC];
