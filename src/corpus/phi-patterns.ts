import { hasLuhnDigit, isInternetAddress, isResidentId, isVehicleNumber } from './phi-checksums.ts';

/**
 * Classes of the identifiers that the HIPAA Safe Harbor rule lists (45 CFR 164.514(b)(2)(i), A–R), as far as a pattern of text can
 * find them, and their Chinese counterparts.
 */
export type PhiClass =
  | 'name'
  | 'address'
  | 'date'
  | 'age-over-89'
  | 'telephone'
  | 'fax'
  | 'email'
  | 'social-security-number'
  | 'national-id'
  | 'medical-record-number'
  | 'health-plan-number'
  | 'account-number'
  | 'licence-number'
  | 'vehicle'
  | 'device'
  | 'url'
  | 'ip-address'
  | 'photograph'
  | 'other-identifier';

/** `identifier`: by its form or its label this is one person's. `possible`: also found in study reports and textbooks. */
export type PhiStrength = 'identifier' | 'possible';

export type PhiPattern = {
  class: PhiClass;
  strength: PhiStrength;
  /** Global and, for the span, with the identifier in the group named `id` where more is matched. */
  pattern: RegExp;
  /** What the match must also be. */
  accept?: (text: string) => boolean;
};

const month =
  '(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\\.?';
const dayOf = '(?:0?[1-9]|[12]\\d|3[01])';
const year = '(?:19|20)\\d{2}';
/** With a year of four digits; one separator throughout, so that ratios and confidence intervals are no dates. */
const fullDate = `(?:${dayOf}/${dayOf}/${year}|${dayOf}-${dayOf}-${year}|${dayOf}\\.${dayOf}\\.${year}|${year}/${dayOf}/${dayOf}|${year}-${dayOf}-${dayOf}|${month} ${dayOf}(?:st|nd|rd|th)?,? ${year}|${dayOf}(?:st|nd|rd|th)? ${month},? ${year}|${year} ?年 ?\\d{1,2} ?月 ?\\d{1,2} ?[日号])`;
const anyDate = `(?:${fullDate}|${dayOf}[/-]${dayOf}[/-]\\d{2}(?!\\d))`;
const code = '(?<id>(?=[A-Z0-9/-]{0,20}\\d{4})[A-Z0-9][A-Z0-9/-]{3,24})';
const mark = '(?:\\s{0,2}(?:no\\.?|number|num\\.?|#|id)\\s{0,2}[:：#]?|\\s{0,2}[:：])\\s{0,2}';
const chineseMark = '(?:\\s{0,2}(?:号码|编号|号)\\s{0,2}[:：为是]?|\\s{0,2}[:：])\\s{0,2}';

/** A labelled number: the label, "no.", "#" or a colon, and a code with at least four digits in a row. */
function labelled(label: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\d])(?:${label})${mark}${code}`, 'giu');
}

function labelledChinese(label: string): RegExp {
  return new RegExp(`(?:${label})${chineseMark}${code}`, 'giu');
}

const labels: PhiPattern[] = [
  {
    class: 'medical-record-number',
    strength: 'identifier',
    pattern: /(?<![\p{L}\d])MRN\s{1,2}(?<id>[A-Z]{0,3}\d{4,12})(?![\p{L}\d])/gu,
  },
  {
    class: 'medical-record-number',
    strength: 'identifier',
    pattern: labelled('MRN|medical record|patient|hospital|chart'),
  },
  {
    class: 'medical-record-number',
    strength: 'identifier',
    pattern: labelledChinese('病历|病案|住院|门诊|就诊卡|登记'),
  },
  {
    class: 'health-plan-number',
    strength: 'identifier',
    pattern: labelled('medicare|medicaid|insurance|policy|member|beneficiary|subscriber'),
  },
  {
    class: 'health-plan-number',
    strength: 'identifier',
    pattern: labelledChinese('医保卡?|社保卡?|社会保障卡?|医疗保险卡?|保单'),
  },
  {
    class: 'account-number',
    strength: 'identifier',
    pattern: labelled('account|acct\\.?|iban|credit card|debit card'),
  },
  { class: 'account-number', strength: 'identifier', pattern: labelledChinese('银行卡|账户|帐户|银行账|银行帐') },
  {
    class: 'licence-number',
    strength: 'identifier',
    pattern: labelled("licen[cs]e|driver['’]s licen[cs]e|DEA|NPI|certificate"),
  },
  {
    class: 'licence-number',
    strength: 'identifier',
    pattern: labelledChinese('驾驶证|执业证书?|资格证书?|许可证|出生证|护照|军官证|港澳通行证'),
  },
  { class: 'device', strength: 'identifier', pattern: labelled('serial|s/n|UDI|device identifier') },
  { class: 'device', strength: 'identifier', pattern: labelledChinese('序列|设备') },
  {
    class: 'other-identifier',
    strength: 'identifier',
    pattern: labelled('passport|specimen|accession|case id|study id'),
  },
  {
    class: 'other-identifier',
    strength: 'identifier',
    pattern: /(?:QQ|微信号?|WeChat(?: ?ID)?)\s{0,2}(?:号码?)?\s{0,2}[:：]\s{0,2}(?<id>[A-Za-z0-9_-]{5,20})/giu,
  },
];

const people: PhiPattern[] = [
  {
    class: 'name',
    strength: 'identifier',
    pattern:
      /(?:[Pp]atient(?:['’]s)? [Nn]ame|[Ff]ull [Nn]ame|[Nn]ame of [Pp]atient)\s{0,2}[:：]\s{0,2}(?<id>\p{Lu}[\p{L}.'’-]*(?: \p{Lu}[\p{L}.'’-]*){0,3})/gu,
  },
  {
    class: 'name',
    strength: 'identifier',
    pattern: /(?:姓名|患者名|病人名)\s{0,2}[:：]\s{0,2}(?<id>\p{Script=Han}[\p{Script=Han}·]{1,9})/gu,
  },
  {
    class: 'address',
    strength: 'identifier',
    pattern:
      /(?<![\p{L}\d])(?<id>\d{1,5} (?:[NSEW]\.? )?(?:[A-Z][a-z]+ ){1,3}(?:Street|St\.|Avenue|Ave\.|Road|Rd\.|Boulevard|Blvd\.?|Lane|Ln\.|Drive|Court|Parkway|Pkwy)(?:,? (?:Apt|Suite|Unit)\.? ?\w{1,5})?)(?!\p{L})/gu,
  },
  {
    class: 'address',
    strength: 'identifier',
    pattern: /(?<id>[A-Z][a-z]+(?: [A-Z][a-z]+)?, [A-Z]{2},? \d{5}(?:-\d{4})?)(?!\d)/gu,
  },
  {
    class: 'address',
    strength: 'identifier',
    pattern:
      /(?:zip(?: code)?|postal code|postcode|邮政编码|邮编)\s{0,2}[:：]?\s{0,2}(?<id>\d{5,6}(?:-\d{4})?)(?!\d)/giu,
  },
  {
    class: 'address',
    strength: 'identifier',
    pattern:
      /(?<id>\p{Script=Han}{1,8}(?:路|街|大道|巷|弄|胡同)\s?[0-9０-９一二三四五六七八九十百]{1,6}\s?号(?:楼|院)?(?:[\p{Script=Han}0-9]{0,12}(?:室|单元|栋))?)/gu,
  },
  {
    class: 'address',
    strength: 'identifier',
    pattern:
      /(?:家庭住址|现住址|住址|户籍地址|联系地址|通讯地址)\s{0,2}[:：]\s{0,2}(?<id>[\p{Script=Han}\dA-Za-z-]{4,40})/gu,
  },
];

const dates: PhiPattern[] = [
  {
    class: 'date',
    strength: 'identifier',
    pattern: new RegExp(
      `(?:D\\.?O\\.?B\\.?|date of (?:birth|death|admission|discharge)|(?:born|admitted|discharged|died|expired) (?:to \\w+ )?on|(?:birth|admission|discharge) date)\\s{0,2}[:：]?\\s{0,2}(?<id>${anyDate})`,
      'giu',
    ),
  },
  {
    class: 'date',
    strength: 'identifier',
    pattern: new RegExp(
      `(?:出生日期|出生年月日?|生日|入院日期|入院时间|出院日期|出院时间|死亡时间|就诊日期)\\s{0,2}[:：为是于]?\\s{0,2}(?<id>${anyDate})`,
      'gu',
    ),
  },
  {
    class: 'date',
    strength: 'possible',
    pattern: new RegExp(`(?<![\\p{L}\\d./-])(?<id>${fullDate})(?![\\d/-])`, 'gu'),
  },
  {
    class: 'age-over-89',
    strength: 'possible',
    pattern: /(?<![\d.–-])(?<id>(?:9\d|1[01]\d)[ -]?(?:years?|yrs?|y)[ -]?(?:olds?|\/o))(?!\p{L})/giu,
  },
  { class: 'age-over-89', strength: 'possible', pattern: /(?<![\d.～~-])(?<id>(?:9\d|1[01]\d)\s?岁)(?!以)/gu },
];

const contacts: PhiPattern[] = [
  {
    class: 'email',
    strength: 'identifier',
    pattern: /(?<![\w.+-])(?<id>[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24})(?![\w-])/gu,
  },
  {
    class: 'url',
    strength: 'possible',
    pattern: /(?<id>(?:https?:\/\/|(?<![\w.])www\.)[^\s<>"'，。；、）)]{4,200})/giu,
  },
  {
    class: 'ip-address',
    strength: 'possible',
    pattern: /(?<!(?:EC|E\.C\.|version|section|v)[\s:.]{0,2})(?<![\d.])(?<id>\d{1,3}(?:\.\d{1,3}){3})(?![\d.]*\d)/giu,
    accept: isInternetAddress,
  },
  {
    class: 'fax',
    strength: 'identifier',
    pattern: /(?:fax|传真)\s{0,2}(?:no\.?|number|号码?)?\s{0,2}[:：]?\s{0,2}(?<id>\+?[\d(][\d ().-]{6,18}\d)/giu,
  },
  {
    class: 'telephone',
    strength: 'identifier',
    pattern:
      /(?:(?<!\p{L})(?:tel|telephone|phone|mobile)|电话|手机|联系方式)\s{0,2}(?:no\.?|number|号码?)?\s{0,2}[.:：]?\s{0,2}(?:at |为|是)?(?<id>\+?[\d(][\d ().-]{6,18}\d)/giu,
  },
  {
    class: 'telephone',
    strength: 'identifier',
    pattern:
      /(?<![\d(.-])(?<id>(?:\+?1[ .-]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[.-])[2-9]\d{2}[.-]\d{4})(?![\d-]|\s?(?:mg|mcg|µg|g|kg|ml|mL|IU|units?|cells)(?!\p{L}))/gu,
  },
  {
    class: 'telephone',
    strength: 'identifier',
    pattern: /(?<![\d.])(?<id>(?:\+?86[ -]?)?1[3-9]\d(?:\d{8}|[ -]\d{4}[ -]\d{4}))(?![\d.]|\s?(?:[a-z]|×|x\b))/giu,
  },
  {
    class: 'telephone',
    strength: 'identifier',
    pattern: /(?<![\d.–-])(?<id>0(?:10|2[0-57-9]|[3-9]\d{2})-[2-8]\d{6,7})(?![\d-])/gu,
  },
];

const forms: PhiPattern[] = [
  {
    class: 'social-security-number',
    strength: 'identifier',
    pattern: /(?<![\d-])(?<id>(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4})(?![\d-])/gu,
  },
  {
    class: 'national-id',
    strength: 'identifier',
    pattern: /(?<![\dA-Za-z])(?<id>\d{17}[\dXx])(?![\dA-Za-z])/gu,
    accept: isResidentId,
  },
  {
    class: 'account-number',
    strength: 'identifier',
    pattern: /(?<![\d.])(?<id>(?:[3-6]\d{3})(?:[ -]?\d{4}){3}\d{0,3})(?![\d.])/gu,
    accept: isBankCard,
  },
  {
    class: 'vehicle',
    strength: 'identifier',
    pattern: /(?<![\p{L}\d])(?<id>[A-HJ-NPR-Z0-9]{17})(?![\p{L}\d])/gu,
    accept: isVehicleNumber,
  },
  {
    class: 'vehicle',
    strength: 'identifier',
    pattern:
      /(?<id>[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z]·?(?=[A-HJ-NP-Z0-9]*\d)[A-HJ-NP-Z0-9]{5,6})(?![A-Za-z0-9])/gu,
  },
  { class: 'vehicle', strength: 'identifier', pattern: labelled('licen[cs]e plate|VIN|plate') },
  {
    class: 'photograph',
    strength: 'possible',
    pattern: /(?<id>data:image\/[a-z+.-]{2,20};base64,[A-Za-z0-9+/]{16})/giu,
  },
];

function isBankCard(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  return digits.length >= 16 && digits.length <= 19 && hasLuhnDigit(digits);
}

/** Every pattern; where two find the same place the earlier one names it. */
export const phiPatterns: readonly PhiPattern[] = [...labels, ...people, ...forms, ...dates, ...contacts];
