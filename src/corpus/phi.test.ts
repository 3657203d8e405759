import { expect, test } from 'vitest';
import { findIdentifiers } from './phi.ts';
import { hasLuhnDigit, isResidentId, isVehicleNumber } from './phi-checksums.ts';

function shown(text: string): string[] {
  return findIdentifiers(text).map(({ class: kind, start, end }) => `${kind}: ${text.slice(start, end)}`);
}

test.each([
  ['Patient name: Jane Example, seen today', 'name: Jane Example'],
  ['姓名：张某某，男', 'name: 张某某'],
  ['lives at 12 North Maple Street near the park', 'address: 12 North Maple Street'],
  ['discharged to Springfield, IL 62704', 'address: Springfield, IL 62704'],
  ['家住人民路123号3单元', 'address: 家住人民路123号3单元'],
  ['邮编：100005', 'address: 100005'],
  ['DOB: 03/14/1962', 'date: 03/14/1962'],
  ['He was admitted to hospital on March 3, 2019.', 'date: March 3, 2019'],
  ['出生日期：1962年3月14日', 'date: 1962年3月14日'],
  ['A 93-year-old woman', 'age-over-89: 93-year-old'],
  ['患者，男，91岁', 'age-over-89: 91岁'],
  ['call (415) 555-2671 for results', 'telephone: (415) 555-2671'],
  ['手机13912345678', 'telephone: 13912345678'],
  ['联系电话：010-62345678', 'telephone: 010-62345678'],
  ['Fax: 415-555-2671', 'fax: 415-555-2671'],
  ['write to jane.doe+x@example.org.', 'email: jane.doe+x@example.org'],
  ['SSN 219-09-9999', 'social-security-number: 219-09-9999'],
  ['身份证号11010519491231002X', 'national-id: 11010519491231002X'],
  ['MRN 00482913', 'medical-record-number: 00482913'],
  ['Medical record no. A-204881', 'medical-record-number: A-204881'],
  ['住院号：2019034455', 'medical-record-number: 2019034455'],
  ['Medicare number 1EG4-TE5-MK7381', 'health-plan-number: 1EG4-TE5-MK7381'],
  ['医保卡号 3301009988', 'health-plan-number: 3301009988'],
  ['card 4111 1111 1111 1111 was charged', 'account-number: 4111 1111 1111 1111'],
  ["driver's license number: D1234567", 'licence-number: D1234567'],
  ['护照号：E12345678', 'licence-number: E12345678'],
  ['plate: 7ABC1234', 'vehicle: 7ABC1234'],
  ['车牌京A·12345', 'vehicle: 京A·12345'],
  ['VIN 1M8GDM9AXKP042788', 'vehicle: 1M8GDM9AXKP042788'],
  ['pacemaker, serial no: PM20931844', 'device: PM20931844'],
  ['see https://example.org/p/1234 for the scan', 'url: https://example.org/p/1234'],
  ['logged in from 192.168.10.24', 'ip-address: 192.168.10.24'],
  ['<img src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUg">', 'photograph: data:image/png;base64,iVBORw0KGgoAAAAN'],
  ['微信号：abc_12345', 'other-identifier: abc_12345'],
])('finds the identifier in "%s"', (text, expected) => {
  expect(shown(text)).toEqual([expected]);
});

test.each([
  'A 45-year-old man takes metoprolol 25–50 mg twice daily; his blood pressure is 120/80 mm Hg.',
  'A 89-year-old woman has a hemoglobin of 9.2 g/dL and platelets of 150,000–400,000/mm3.',
  'Serum Na+ 140 mEq/L, K+ 4.0 mEq/L, Cl- 100 mEq/L, HCO3- 24 mEq/L; pH 7.35–7.45.',
  'White cell count 4000-11000 per microliter; call for help if 20000 or more.',
  'The risk ratio was 1.89 (95% CI 1.15-2.56); 22.6/10 in smokers.',
  'Angiotensin-converting enzyme (EC 3.4.15.1) is inhibited; software version 10.2.1.4 was used.',
  'Doses of 200-400-1000 mg were compared in 2010-2012 at one hospital 1998.',
  'CAS 50-78-2 is the registry number of aspirin.',
  'ICD-10 code E11.9; gene rs1234567; 12-lead ST elevation in V1–V4.',
  '患者，男，65岁。血压160/95mmHg，白细胞12×10⁹/L，体温38.5℃，病程3个月。',
  '成人每次0.25～0.5g，每日3～4次，静脉滴注5%葡萄糖注射液250ml。',
  '国务院令第351号公布，自2002年起施行。',
])('leaves medical text without identifiers alone: "%s"', (text) => {
  expect(shown(text)).toEqual([]);
});

test('tells identifiers from what study reports also print', () => {
  const text = 'Between January 1, 2001 and 31 December 2004; date of birth 01/02/1960.';
  expect(findIdentifiers(text).map(({ strength }) => strength)).toEqual(['possible', 'possible', 'identifier']);
});

test('names in running text are not found, with or without a title', () => {
  expect(shown('Dr. Smith referred Mrs. Jones to our clinic. 张医生接诊了李女士。')).toEqual([]);
});

test('numbers count as identity, card or vehicle numbers only with a right check digit', () => {
  expect([isResidentId('11010519491231002X'), isResidentId('110105194912310021')]).toEqual([true, false]);
  expect([hasLuhnDigit('4111111111111111'), hasLuhnDigit('4111111111111112')]).toEqual([true, false]);
  expect([isVehicleNumber('1M8GDM9AXKP042788'), isVehicleNumber('1M8GDM9A1KP042788')]).toEqual([true, false]);
  expect(shown('order 110105194912310021 and 4111 1111 1111 1112')).toEqual([]);
});

test('findings are in order and do not overlap', () => {
  const text = 'MRN: 12345678, DOB 1990-05-06, tel 415-555-2671, a@b.org, 出生日期：1990年5月6日';
  const found = findIdentifiers(text);
  expect(found.length).toBe(5);
  found.forEach((finding, at) => {
    expect(finding.start).toBeGreaterThanOrEqual(found[at - 1]?.end ?? 0);
    expect(finding.end).toBeGreaterThan(finding.start);
  });
});

test('text made to be slow is still read in time', () => {
  for (const piece of [
    '1',
    '1-',
    'a.',
    'Aa ',
    '路',
    '1号',
    'data:',
    '2000-',
    'no: ',
    'http://',
    '(415',
    '九路',
    'a@a.',
  ])
    expect(findIdentifiers(`${piece.repeat(50_000)}: 1`).length).toBeLessThan(60_000);
});
