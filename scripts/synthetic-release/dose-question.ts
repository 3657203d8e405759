import { Question } from '../../src/corpus/schema.ts';

/** A question of dose arithmetic with its trace: right by computation, and no advice on any drug. */
export type DoseQuestion = { readonly question: Question; readonly steps: readonly string[]; readonly answer: string };

const strengths = [50, 100, 125, 200, 250, 400, 500];
const intervals = [4, 6, 8, 12, 24];

/** The `i`-th question; English and Chinese in turn, so that both languages pass through everything. */
export function doseQuestion(i: number, id: string): DoseQuestion {
  const milligrams = strengths[i % strengths.length] ?? 50;
  const hours = intervals[Math.floor(i / strengths.length) % intervals.length] ?? 24;
  const days = 1 + (Math.floor(i / 35) % 9);
  const doses = (24 / hours) * days;
  const total = doses * milligrams;
  const chinese = i % 2 === 1;
  const words = chinese ? zh({ milligrams, hours, days, doses, total }) : en({ milligrams, hours, days, doses, total });
  const question = Question.parse({
    id,
    dataset: 'synthetic-doses',
    kind: 'knowledge',
    language: chinese ? 'zh' : 'en',
    text: words.text,
    answer: [],
    reference: words.answer,
    dimensions: [],
    source: { kind: 'other', citation: 'Synthetic dose arithmetic, made by a program; no clinical content' },
    licence: 'Apache-2.0',
    flags: [],
    tags: {},
    provenance: { file: 'synthetic.jsonl', row: i + 1 },
  });
  return { question, steps: words.steps, answer: words.answer };
}

type Numbers = { milligrams: number; hours: number; days: number; doses: number; total: number };
type Words = { text: string; steps: string[]; answer: string };

function en({ milligrams, hours, days, doses, total }: Numbers): Words {
  return {
    text: `A tablet holds ${milligrams} mg. One tablet is taken every ${hours} hours for ${days === 1 ? 'one full day' : `${days} full days`}. How many milligrams is that in all?`,
    steps: [
      `A day has 24 hours, so a tablet every ${hours} hours makes ${24 / hours} a day.`,
      `Over ${days === 1 ? 'one full day' : `${days} full days`} that makes ${24 / hours} × ${days} = ${doses} tablets.`,
      `Each tablet holds ${milligrams} mg, so the total is ${doses} × ${milligrams} mg = ${total} mg.`,
    ],
    answer: `${total} mg in all.`,
  };
}

function zh({ milligrams, hours, days, doses, total }: Numbers): Words {
  return {
    text: `每片含 ${milligrams} 毫克，每 ${hours} 小时服一片，连服 ${days} 个整天。总共是多少毫克？`,
    steps: [
      `一天有 24 小时，每 ${hours} 小时一片，即每天 ${24 / hours} 片。`,
      `${days} 个整天共 ${24 / hours} × ${days} = ${doses} 片。`,
      `每片 ${milligrams} 毫克，总量为 ${doses} × ${milligrams} 毫克 = ${total} 毫克。`,
    ],
    answer: `总共 ${total} 毫克。`,
  };
}
