import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom, shuffled } from '../core/random.ts';
import { nearDuplicateIndex } from './near-duplicate.ts';
import { nearDuplicateText, shingleSimilarity } from './shingles.ts';

type Item = { text: string; options: { text: string }[] };

const words = {
  en: 'patient fever cough sodium potassium heparin warfarin renal hepatic dose dosing acute chronic onset severe mild therapy oral daily weekly serum plasma lesion artery venous nerve muscle biopsy culture pregnancy infant elderly surgery bleeding infection cardiac pulmonary gastric thyroid insulin glucose steroid antibiotic vaccine allergy seizure stroke'.split(
    ' ',
  ),
  zh: [
    ...'患者发热咳嗽钠钾肝素华法林肾脏剂量急慢性起病严重轻度治疗口服每日血清病变动静脉神经肌肉活检培养妊娠婴儿老年手术出血感染心肺胃甲状腺胰岛素葡萄糖激素抗生疫苗过敏癫痫卒中',
  ],
};

function item(language: 'en' | 'zh', random: () => number): Item {
  const pool = words[language];
  const gap = language === 'en' ? ' ' : '';
  const some = (count: number): string =>
    Array.from({ length: count }, () => pool[Math.floor(random() * pool.length)] ?? '').join(gap);
  const long = language === 'en' ? 22 : 30;
  return { text: some(long), options: Array.from({ length: 4 }, () => ({ text: some(language === 'en' ? 3 : 5) })) };
}

/** Changes that leave a question the same to a person: a typing error, a lost option, another order, other blanks, a lead-in. */
function variant(source: Item, random: () => number): Item {
  const kind = Math.floor(random() * 5);
  const middle = Math.floor(source.text.length / 2);
  if (kind === 0) return { ...source, text: `${source.text.slice(0, middle)}x${source.text.slice(middle + 1)}` };
  if (kind === 1) return { ...source, options: source.options.slice(1) };
  if (kind === 2) return { ...source, options: shuffled(source.options, random) };
  if (kind === 3) return { text: `${source.text.toUpperCase()}（　　）。`, options: source.options };
  return { ...source, text: `(2019) ${source.text}?` };
}

test.each(['en', 'zh'] as const)('finds nineteen of twenty changed copies and nothing else (%s)', (language) => {
  const random = seededRandom(7);
  const sources = Array.from({ length: 2_000 }, () => item(language, random));
  const index = nearDuplicateIndex();
  let wrong = 0;
  for (const source of sources) wrong += index.add(nearDuplicateText(source)).length;
  let found = 0;
  for (const [number, source] of sources.entries()) {
    const matches = index.find(nearDuplicateText(variant(source, random)));
    if (matches.some((match) => match.item === number)) found += 1;
    wrong += matches.filter((match) => match.item !== number).length;
  }
  expect(found / sources.length).toBeGreaterThanOrEqual(0.95);
  expect(wrong).toBe(0);
});

test('the order of the options makes no difference at all', () => {
  const random = seededRandom(3);
  for (let round = 0; round < 50; round++) {
    const source = item(round % 2 === 0 ? 'en' : 'zh', random);
    expect(nearDuplicateText({ ...source, options: shuffled(source.options, random) })).toBe(nearDuplicateText(source));
  }
});

test('one stem above different options is no near-duplicate', () => {
  const index = nearDuplicateIndex();
  const options = (texts: string[]) => texts.map((text) => ({ text }));
  index.add(
    nearDuplicateText({ text: '错误的是', options: options(['肝脏位于右上腹', '胰腺位于腹膜后', '脾脏位于左上腹']) }),
  );
  expect(
    index.find(nearDuplicateText({ text: '错误的是', options: options(['胎儿循环', '新生儿黄疸', '母乳喂养']) })),
  ).toEqual([]);
});

test('estimated similarity is within 0.15 of the exact one for long and for short texts', () => {
  const random = seededRandom(11);
  for (let round = 0; round < 300; round++) {
    const source = item(round % 2 === 0 ? 'en' : 'zh', random);
    const text = nearDuplicateText(round % 3 === 0 ? { ...source, options: [] } : source);
    const other = nearDuplicateText(variant(source, random));
    const index = nearDuplicateIndex({ threshold: 0 });
    index.add(text);
    const [match] = index.find(other);
    if (match !== undefined) expect(Math.abs(match.similarity - shingleSimilarity(text, other))).toBeLessThan(0.15);
  }
});

test('the same texts in the same order give the same answers, whatever size was expected', () => {
  const random = seededRandom(5);
  const texts = Array.from({ length: 3_000 }, (_, at) =>
    nearDuplicateText(at % 3 === 2 ? variant(item('zh', seededRandom(at - 1)), random) : item('zh', seededRandom(at))),
  );
  const small = nearDuplicateIndex({ expected: 1 });
  const large = nearDuplicateIndex({ expected: 5_000 });
  const answers = texts.map((text) => [small.add(text), large.add(text)]);
  for (const [a, b] of answers) expect(a).toEqual(b);
  expect(answers.filter(([a]) => (a?.length ?? 0) > 0).length).toBeGreaterThan(900);
});

test('a long row of equal texts all lead to the first', () => {
  const index = nearDuplicateIndex();
  const text = nearDuplicateText(item('en', seededRandom(1)));
  index.add(text);
  for (let copy = 1; copy < 5_000; copy++) expect(index.add(text)).toEqual([{ item: 0, similarity: 1 }]);
});

test('texts without words are no duplicates of anything and keep their numbers', () => {
  const index = nearDuplicateIndex();
  expect([index.add(''), index.add('?!'), index.add('fever and cough')]).toEqual([[], [], []]);
  expect(index.size()).toBe(3);
  expect(index.find('fever and cough')).toEqual([{ item: 2, similarity: 1 }]);
});

test('similarity is symmetric, 1 with itself and between 0 and 1', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 80 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      const similarity = shingleSimilarity(a, b);
      expect(similarity).toBe(shingleSimilarity(b, a));
      expect(similarity).toBeGreaterThanOrEqual(0);
      expect(similarity).toBeLessThanOrEqual(1);
    }),
  );
  expect(shingleSimilarity('fever', 'fever')).toBe(1);
});
