// How far judges of over-refusal agree with XSTest's two human annotators, beside the humans' own agreement and a list of
// phrases. The trained judge is cross-validated by prompt: no reply is judged by a head that saw its prompt.
//   node bench/over-refusal-agreement.ts --replies xstest_v2_completions_X.csv [--labels xstest_labels_X.csv …] \
//     --python DIR [--folds 5] [--seed 1] [--endpoint http://127.0.0.1:8080/v1 --model NAME]
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse/sync';
import { stringify } from 'yaml';
import { z } from 'zod';
import { configFile, workspaceAt } from '../src/context/workspace.ts';
import { sha256Hex } from '../src/core/hash.ts';
import { refusedByPhrase } from '../src/judging/refusal-phrases.ts';
import { textDigest } from '../src/judging/text.ts';
import { loadProfile } from '../src/profile/load.ts';
import { decide } from '../src/redteam/judges/classifier/band.ts';
import { probabilityOf, trainHead } from '../src/redteam/judges/classifier/train.ts';
import { llmDefinition, openLlmJudge } from '../src/redteam/judges/kinds/llm-judge.ts';
import { featuresOf } from '../src/redteam/judges/kinds/trained-judge.ts';
import { openServices } from '../src/server/services.ts';
import { cohenKappa, cohenKappaInterval } from '../src/statistics/agreement/cohen-kappa.ts';
import { contingencyTable, ratingTable } from '../src/statistics/agreement/ratings.ts';
import { agreementWeights } from '../src/statistics/agreement/weights.ts';
import { balancedF1Bootstrap } from '../src/statistics/classifiers/f1.ts';
import { rateOf } from '../src/statistics/intervals/proportion.ts';
import { startScorer } from '../src/training/engine/scorer-process.ts';

const { values } = parseArgs({
  options: {
    replies: { type: 'string' },
    labels: { type: 'string', multiple: true, default: [] },
    python: { type: 'string' },
    folds: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    endpoint: { type: 'string' },
    model: { type: 'string', default: 'judge' },
  },
});
if (values.replies === undefined || values.python === undefined)
  throw new Error('Name the file of labelled replies (--replies) and the Python environment of the scorer (--python).');
const folds = Number(values.folds);
const seed = Number(values.seed);

// XSTest's digits are not the order of its labels.
const handling = { '1_full_compliance': 0, '3_partial_refusal': 1, '2_full_refusal': 2 } as const;
const Label = z
  .enum(['1_full_compliance', '3_partial_refusal', '2_full_refusal'])
  .transform((label) => handling[label]);
const Labelled = z.object({ annotation_1: Label, annotation_2: Label, final_label: Label });
const Reply = Labelled.extend({ type: z.string(), prompt: z.string(), completion: z.string() });
const read = <T>(file: string, row: z.ZodType<T>): T[] =>
  z.array(row).parse(parse(readFileSync(file, 'utf8'), { columns: true, bom: true }));

const replies = read(values.replies, Reply);
const truth = replies.map((reply) => reply.final_label);
/** 2, of the three ordered labels, is a full refusal. */
const refused = (label: number): number => Number(label === 2);

/** One line: share of equal labels with Wilson's interval, kappa with its asymptotic interval, balanced F1 of refusals. */
function tell(what: string, a: readonly (number | null)[], b: readonly number[], levels: readonly number[]): void {
  const pairs = b.flatMap((second, i) => {
    const first = a[i];
    return first === null || first === undefined ? [] : [[first, second]];
  });
  const equal = rateOf(pairs.filter(([x, y]) => x === y).length, pairs.length);
  const joint = contingencyTable(ratingTable(pairs, levels), 0, 1);
  const kappa = cohenKappa(joint, agreementWeights(levels.length > 2 ? 'quadratic' : 'identity', levels));
  const f1 = balancedF1Bootstrap(
    b.map((second, i) => {
      const first = a[i] ?? null;
      const least = Math.max(...levels);
      return { truth: second === least, call: first === null ? null : first === least };
    }),
    { seed, replicates: 2000 },
  );
  const span = (interval: readonly [number, number] | null, digits: number): string =>
    interval === null ? '' : ` [${interval[0].toFixed(digits)}, ${interval[1].toFixed(digits)}]`;
  const percent = equal.ci95 === null ? null : ([100 * equal.ci95[0], 100 * equal.ci95[1]] as const);
  console.log(
    [
      what.padEnd(58),
      `n ${pairs.length}`,
      `undecided ${b.length - pairs.length}`,
      `agree ${(100 * (equal.rate ?? Number.NaN)).toFixed(1)} %${span(percent, 1)}`,
      `${levels.length > 2 ? 'quadratic kappa' : 'kappa'} ${kappa.value === null ? kappa.reason : kappa.value.toFixed(3)}${span(cohenKappaInterval(kappa), 3)}`,
      `balanced F1 ${f1.value === null ? 'undefined' : f1.value.toFixed(3)}${f1.value === null ? '' : span(f1.interval, 3)}`,
    ].join(' · '),
  );
}

for (const file of values.labels) {
  const rows = read(file, Labelled);
  const name = file.split('/').at(-1) ?? file;
  tell(
    `humans, ${name}: refused or not`,
    rows.map((row) => refused(row.annotation_1)),
    rows.map((row) => refused(row.annotation_2)),
    [0, 1],
  );
  tell(
    `humans, ${name}: three labels`,
    rows.map((row) => row.annotation_1),
    rows.map((row) => row.annotation_2),
    [0, 1, 2],
  );
}

/** A judge beside the agreed label and beside each human. */
function beside(name: string, calls: readonly (number | null)[]): void {
  tell(`${name} against the agreed label`, calls, truth.map(refused), [0, 1]);
  tell(
    `${name} against annotator 1`,
    calls,
    replies.map((reply) => refused(reply.annotation_1)),
    [0, 1],
  );
  tell(
    `${name} against annotator 2`,
    calls,
    replies.map((reply) => refused(reply.annotation_2)),
    [0, 1],
  );
}

tell(
  'humans, these replies: refused or not',
  replies.map((one) => refused(one.annotation_1)),
  replies.map((one) => refused(one.annotation_2)),
  [0, 1],
);
tell(
  'humans, these replies: three labels',
  replies.map((one) => one.annotation_1),
  replies.map((one) => one.annotation_2),
  [0, 1, 2],
);
beside(
  'list of phrases',
  replies.map(({ completion }) => Number(refusedByPhrase(completion) === true)),
);

/** Probabilities of a refusal, each by a head that was trained without the reply's prompt. */
async function crossValidated(): Promise<{ probability: number; call: number | null }[]> {
  const scorer = startScorer({ environment: resolve(values.python ?? '') });
  const rows = replies.map(({ prompt, completion }) => ({ prompt, reply: completion }));
  const features = await featuresOf(scorer, 'over-refusal', rows);
  await scorer.close();
  const groups = replies.map(({ prompt }) => textDigest(prompt));
  // Prompts are dealt in a seeded order, class by class, so that every fold holds its share of refusals.
  const order = [...new Set(groups)]
    .map((group) => ({ group, positive: truth[groups.indexOf(group)] === 2, key: sha256Hex(`${seed}/${group}`) }))
    .sort((a, b) => Number(b.positive) - Number(a.positive) || (a.key < b.key ? -1 : 1));
  const foldOf = new Map(order.map(({ group }, i) => [group, i % folds]));
  const found: { probability: number; call: number | null }[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const inFold = (i: number): boolean => foldOf.get(groups[i] ?? '') === fold;
    const head = await trainHead(
      replies.flatMap((_, i) =>
        inFold(i)
          ? []
          : [
              {
                id: String(i).padStart(6, '0'),
                group: groups[i] ?? '',
                positive: truth[i] === 2,
                features: features[i] ?? new Float64Array(),
              },
            ],
      ),
      seed,
    );
    for (const i of replies.keys())
      if (inFold(i)) {
        const probability = probabilityOf(head, features[i] ?? new Float64Array());
        const decision = decide(head.band, probability);
        found[i] = { probability, call: decision === 'undecided' ? null : Number(decision === 'positive') };
      }
  }
  return found;
}

const trained = await crossValidated();
beside(
  `trained judge, ${folds} folds by prompt,`,
  trained.map(({ call }) => call),
);
beside(
  'trained judge, made to decide at 0.5,',
  trained.map(({ probability }) => Number(probability >= 0.5)),
);

/** What an LLM behind an OpenAI-compatible endpoint says, asked by the profile's question about handling. */
async function askedOf(baseUrl: string): Promise<(number | null)[]> {
  const root = mkdtempSync(join(tmpdir(), 'safemed-bench-'));
  const endpoint = { type: 'openai', baseUrl, model: values.model, concurrency: 8 };
  writeFileSync(
    join(root, configFile),
    stringify({ profile: 'medical', log: { origin: 'bench.example/log' }, endpoints: { judge: endpoint } }),
  );
  const none = async (): Promise<never> => {
    throw new Error('no scorer is asked here');
  };
  const services = await openServices({
    workspace: workspaceAt(root),
    log: () => undefined,
    openScorer: () => ({ embed: none, reward: none, close: async () => undefined }),
  });
  try {
    const ctx = services.contextFor({ id: 'bench', name: 'Bench', roles: ['engineer'] });
    const profile = loadProfile('profiles/medical');
    const client = await ctx.models.client('judge');
    const definition = llmDefinition(client, profile, {
      ...{ name: 'bench', dataset: 'xstest', seed, endpoint: 'judge', lineage: [] },
      kind: 'over-refusal',
      language: 'en',
    });
    const judgments = await openLlmJudge(definition, profile).judge(
      ctx,
      replies.map(({ prompt, completion, type }) => ({
        ...{ asks: 'over-refusal' as const, language: 'en' as const, dimension: type.replaceAll('_', ' ') },
        prompt,
        reply: completion,
      })),
    );
    const level = { 'full-compliance': 0, partial: 1, 'full-refusal': 2 };
    return judgments.map((one) => (one.handling === undefined ? null : level[one.handling]));
  } finally {
    await services.close();
    rmSync(root, { recursive: true, force: true });
  }
}

if (values.endpoint !== undefined) {
  const said = await askedOf(values.endpoint);
  beside(
    `LLM judge ${values.model}`,
    said.map((label) => (label === null ? null : refused(label))),
  );
  tell(`LLM judge ${values.model}: three labels, agreed label`, said, truth, [0, 1, 2]);
}
