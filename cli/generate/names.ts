import { chance, pick } from './random.ts';

export type PersonName = { given: string; middle: string; family: string };

type NameGroup = { weight: number; given: readonly string[]; family: readonly string[] };

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Written for this generator. Weights are per hundred people. */
const groups: readonly NameGroup[] = [
  {
    weight: 40,
    given:
      words(`Ada Amos Bea Caleb Clara Dora Elias Esther Finn Flora Gus Hazel Ivy Jonah Kit Lena Leo Mabel Milo
      Nell Nora Otis Pearl Quinn Rosa Ruth Silas Tess Theo Una Vera Wade Wren Zadie`),
    family:
      words(`Alder Barlow Birch Calder Dunmore Ellery Fenwick Garrow Hale Hollis Ingram Keel Larkin Marlow Nash
      Orchard Pell Quill Rowe Sedge Thorne Upton Vance Weller Yardley`),
  },
  {
    weight: 9,
    given: words(
      'Zoë Chloé René Jürgen Søren Åsa Łucja Šárka Žofia Þóra Ñusta Íris Ömer Ștefan Ğülay Ærø Noël Ðorđe',
    ),
    family: words(
      'Müller Østergård Łukasik Šimůnek Ångström Çelik Ólafsdóttir Nuñez Brânză Ğökçe Þorsson Ždanov',
    ),
  },
  {
    weight: 8,
    given: words('José María Íñigo Lucía Ángel Belén Núria João Conceição Inês'),
    family: [
      'García Ortega',
      'de la Peña',
      'Ibáñez',
      'da Conceição',
      'Muñoz-Rivas',
      'del Río',
      'Simões',
      'Quiñones',
    ],
  },
  {
    weight: 5,
    given: [
      "D'Arcy",
      "Ta'Shaun",
      "Ma'ayan",
      'Anne-Marie',
      'Jean-Luc',
      'Mary Jo',
      'Ruth-Ann',
      'K’andre',
      'Siân',
    ],
    family: [
      "O'Malley",
      "O'Dell",
      'Smith-Okoro',
      "D'Angelo",
      'ap Rhys',
      "N'Diaye",
      'van der Meer',
      'St. Clair',
      'Ng’ang’a',
    ],
  },
  {
    weight: 5,
    given: words('Анна Борис Вера Глеб Дарья Ёлка Игорь Катерина Лев Оксана Їржина Софія'),
    family: words('Берёзова Волков Гриценко Ємець Зимина Ковальчук Лесной Щербак Юрьева'),
  },
  {
    weight: 3,
    given: words('Αθηνά Γιώργος Δήμητρα Ελένη Ηλίας Θάλεια Ίρις Ορέστης'),
    family: words('Αλεξίου Βλάχος Γαλάνη Καραγιάννης Μαύρου Ψαρρός'),
  },
  {
    weight: 5,
    given: words('أمل باسم جمانة رامي زينب سلمى فارس ليلى نور یاسمن'),
    family: ['الحداد', 'بن سعيد', 'الخطيب', 'أبو زيد', 'النجار', 'درویش'],
  },
  {
    weight: 3,
    given: words('אביגיל דניאל יעל נועם רות תמר'),
    family: ['בן־ארי', 'כהן', 'לוי', 'שחר', 'מזרחי'],
  },
  {
    weight: 4,
    given: words('अनन्या किरण दीपक प्रिया रोहन श्रेया'),
    family: words('कपूर जोशी त्रिपाठी शर्मा क्षेत्री'),
  },
  {
    weight: 5,
    given: words('伟 秀英 子涵 欣怡 宇轩 美玲 𠮷郎'),
    family: words('王 李 欧阳 司馬 陳 𠮷田 張'),
  },
  {
    weight: 3,
    given: words('さくら ハルト あおい 健太 ゆい カレン'),
    family: words('たなか スズキ 渡邉 髙橋 小鳥遊'),
  },
  {
    weight: 3,
    given: words('서연 민준 하늘 지우 은별 도윤'),
    family: words('김 이 박 남궁 선우'),
  },
  {
    weight: 2,
    given: words('ሰላም ዳዊት ሄለን ዮሐንስ ትዕግስት'),
    family: words('አበበ ተስፋዬ ገብረማርያም ወልደሚካኤል'),
  },
  {
    weight: 4,
    given: ['Thị Ánh', 'Đức', 'Bảo Ngọc', 'Hữu Phước', 'Quỳnh', 'Thuỳ Dương'],
    family: words('Nguyễn Trần Đặng Phạm Huỳnh Võ'),
  },
  {
    weight: 1,
    given: [
      'A',
      'X',
      'Y',
      'É',
      'Sofia "Fifi"',
      'Wilhelmina Philippa Anastasia Bernadette Maximiliana Theodora',
    ],
    family: [
      'O',
      'E',
      'Null',
      'Young, Jr.',
      'Featherstonehaugh-Cholmondeley-Marjoribanks of Upper Wollaston',
      'Nullius',
    ],
  },
];

const draw: readonly NameGroup[] = groups.flatMap((group) => Array<NameGroup>(group.weight).fill(group));

/** Where two people share a `familyIndex`, they share the family name. */
export function nameOf(seed: number, purpose: number, index: number, familyIndex = index): PersonName {
  const family = pick(draw, chance(seed, purpose + 1, familyIndex));
  const mixed = chance(seed, purpose + 2, index) % 10 === 0;
  const own = mixed ? pick(draw, chance(seed, purpose + 3, index)) : family;
  const hasMiddle = chance(seed, purpose + 4, index) % 4 === 0;
  return {
    given: pick(own.given, chance(seed, purpose + 5, index)),
    middle: hasMiddle ? pick(own.given, chance(seed, purpose + 6, index)) : '',
    family: pick(family.family, chance(seed, purpose + 7, familyIndex)),
  };
}

const places =
  words(`Alder Aspen Bay Birch Bluff Cedar Clover Cottonwood Elm Fern Granite Harbor Heron Juniper Lark
  Maple Meadow Osprey Pine Prairie Quarry Sage Spruce Stone Willow`);
const grounds =
  words(`Bend Bridge Brook Canyon Creek Crossing Falls Field Ford Gate Glen Grove Hill Hollow Lake
  Landing Mill Park Point Ridge Spring Summit Terrace Valley View`);

/** Different for the first 625 schools, which is more than a district has. */
export function placeName(index: number): string {
  return `${pick(places, index)} ${pick(grounds, index * 7 + Math.floor(index / places.length))}`;
}
