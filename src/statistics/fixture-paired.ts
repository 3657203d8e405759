import { z } from 'zod';
import {
  bcaInterval,
  bootstrap,
  bootstrapItems,
  jackknife,
  jackknifeAcceleration,
  jackknifeStandardError,
} from './bootstrap.ts';
import { exactBootstrapMean } from './bootstrap-exact-mean.ts';
import { type Figure, type Figures, iccFigure } from './fixture-agreement.ts';
import { friedman, nemenyi } from './friedman.ts';
import { hodgesLehmann } from './hodges-lehmann.ts';
import { holm } from './holm.ts';
import {
  type Discordant,
  mcnemarChiSquared,
  mcnemarContinuityCorrected,
  mcnemarExact,
  mcnemarMidP,
} from './mcnemar.ts';
import {
  discordantOf,
  newcombePairedInterval,
  type PairedDifference,
  tangoInterval,
  tangoNonInferiority,
  waldPairedInterval,
} from './paired-proportions.ts';
import { meanNonInferiority, pairedMean } from './paired-t.ts';
import { pairedDifferences } from './ranks.ts';
import type { Estimate } from './result.ts';
import { mean, sum } from './vector.ts';
import {
  rankBiserial,
  signedRanks,
  type WilcoxonTest,
  wilcoxonExact,
  wilcoxonNormal,
  wilcoxonPratt,
} from './wilcoxon.ts';

const list = z.array(z.number());
const counts = z.object({
  a: z.number().default(0),
  b: z.number(),
  c: z.number(),
  d: z.number().default(0),
  n: z.number().optional(),
});

/** Every figure of the paired-study fixtures, computed from the fixture's data; empty for another fixture. */
export function pairedFigures(id: string, data: { [key: string]: unknown }): Figures {
  switch (id) {
    case 'P1':
      return wilcoxonStudy(pairedDifferences(list.parse(data.x), list.parse(data.y)));
    case 'P2':
      return wilcoxonStudy(list.parse(data.differences));
    case 'P4':
      return Object.assign({}, ...Object.entries(data).map(([name, pairs]) => mcnemarStudy(name, counts.parse(pairs))));
    case 'P5':
      return Object.assign(
        {},
        ...Object.entries(data).map(([name, pairs]) => differenceStudy(name, counts.parse(pairs))),
      );
    case 'P6': {
      const pairs = discordantOf(counts.parse(data));
      return {
        'tango.noninferiority.Z': tangoNonInferiority(pairs, z.number().parse(data.margin)),
        'tango.difference.ci90': difference(tangoInterval(pairs, 0.9)),
        'tango.difference.ci95': difference(tangoInterval(pairs)),
      };
    }
    case 'P7':
      return Object.fromEntries(
        Object.entries(data).map(([name, p]) => [`${name}.holm`, { value: holm(list.parse(p)) }]),
      );
    case 'P9':
      return { ...spatialTest(list.parse(data.spatialA)), ...lawSchool(list.parse(data.lsat), list.parse(data.gpa)) };
    case 'P11':
      return synthetic(z.object({ M: list, P1: list, P2: list, passThreshold: z.number() }).parse(data));
    default:
      return {};
  }
}

function difference(estimate: PairedDifference): Figure {
  return estimate.value === null ? estimate : { value: estimate.value, ci: estimate.interval };
}

function pOf(test: Estimate<{ p: number }>): Figure {
  return test.value === null ? test : { value: test.p };
}

function zOf(test: WilcoxonTest): Figure {
  return test.value === null ? test : { value: test.z ?? null, p: test.p };
}

function wilcoxonStudy(differences: number[]): Figures {
  const ranks = signedRanks(differences);
  const location = hodgesLehmann(differences);
  const t = pairedMean(differences);
  return {
    'wilcoxon.Wplus': { value: ranks.wPlus },
    'wilcoxon.Wminus': { value: ranks.wMinus },
    'wilcoxon.exact.twoSided': wilcoxonExact(ranks),
    'wilcoxon.exact.greater': wilcoxonExact(ranks, 'greater'),
    'wilcoxon.normal.twoSided': wilcoxonNormal(ranks, false),
    'wilcoxon.normalCc.twoSided': wilcoxonNormal(ranks, true),
    hodgesLehmann: difference(location.value === null ? location : { ...location, n: differences.length }),
    pairedT: t.value === null ? t : { value: t.t, ci: t.interval, p: t.p },
  };
}

function mcnemarStudy(name: string, pairs: Discordant): Figures {
  const chi2 = mcnemarChiSquared(pairs);
  const exact = mcnemarExact(pairs);
  return {
    [`${name}.mcnemar`]: exact,
    [`${name}.mcnemar.chi2`]: chi2,
    [`${name}.mcnemar.z`]: chi2.value === null ? chi2 : { value: chi2.z ?? null, p: chi2.p },
    [`${name}.mcnemar.chi2Cc`]: mcnemarContinuityCorrected(pairs),
    [`${name}.mcnemar.chi2Cc.p`]: pOf(mcnemarContinuityCorrected(pairs)),
    [`${name}.mcnemar.exact.p`]: pOf(exact),
    [`${name}.mcnemar.midp.p`]: pOf(mcnemarMidP(pairs)),
  };
}

function differenceStudy(name: string, { n, ...pairs }: z.infer<typeof counts>): Figures {
  const discordant = { b: pairs.b, c: pairs.c, n: n ?? discordantOf(pairs).n };
  return {
    [`${name}.tango`]: difference(tangoInterval(discordant)),
    [`${name}.wald`]: difference(waldPairedInterval(discordant)),
    [`${name}.newcombe`]: difference(newcombePairedInterval(pairs)),
  };
}

function interval(result: ReturnType<typeof bootstrap>): Figure {
  return result.value === null ? result : { value: result.value, ci: result.interval };
}

function spatialTest(values: number[]): Figures {
  const theta = (multiplicity: Uint32Array): number => {
    let n = 0;
    let first = 0;
    let second = 0;
    for (const [i, times] of multiplicity.entries()) {
      const x = values[i] ?? 0;
      n += times;
      first += times * x;
      second += times * x * x;
    }
    return second / n - (first / n) ** 2;
  };
  const bca = (replicates: number): Figure =>
    interval(
      bootstrapItems(values.length, theta, { seed: 1, replicates, interval: 'bca', tieRule: 'strict', level: 0.9 }),
    );
  return {
    'spatial.theta': { value: theta(new Uint32Array(values.length).fill(1)) },
    'spatial.acceleration': { value: jackknifeAcceleration(jackknife(values.length, theta)) },
    'spatial.bca90': bca(100_000),
    'spatial.bca90.largeB': bca(1_000_000),
  };
}

function lawSchool(lsat: number[], gpa: number[]): Figures {
  const correlation = (multiplicity: Uint32Array): number | null => {
    const weights = Array.from(multiplicity);
    const n = sum(weights);
    const mx = sum(weights.map((w, i) => w * (lsat[i] ?? 0))) / n;
    const my = sum(weights.map((w, i) => w * (gpa[i] ?? 0))) / n;
    const cross = sum(weights.map((w, i) => w * ((lsat[i] ?? 0) - mx) * ((gpa[i] ?? 0) - my)));
    const sx = sum(weights.map((w, i) => w * ((lsat[i] ?? 0) - mx) ** 2));
    const sy = sum(weights.map((w, i) => w * ((gpa[i] ?? 0) - my) ** 2));
    return sx > 0 && sy > 0 ? cross / Math.sqrt(sx * sy) : null;
  };
  const leaveOneOut = jackknife(lsat.length, correlation);
  const seeded = { seed: 2, replicates: 100_000, tieRule: 'strict' } as const;
  const replicates: number[] = [];
  const percentile = bootstrapItems(
    lsat.length,
    (multiplicity) => {
      const value = correlation(multiplicity);
      if (value !== null) replicates.push(value);
      return value;
    },
    { ...seeded, interval: 'percentile' },
  );
  const estimate = percentile.value ?? Number.NaN;
  // R boot's default takes its acceleration (-.083) from a regression; only that number differs from ours.
  const regression = bcaInterval(Float64Array.from(replicates).sort(), {
    estimate,
    acceleration: -0.083,
    tieRule: 'strict',
    level: 0.95,
  });
  return {
    'law.r': { value: estimate },
    'law.acceleration': { value: jackknifeAcceleration(leaveOneOut) },
    'law.jackknifeSE': { value: jackknifeStandardError(leaveOneOut) },
    'law.percentile95': interval(percentile),
    'law.bca95': interval(bootstrapItems(lsat.length, correlation, { ...seeded, interval: 'bca' })),
    'law.bca95.rBootDefault': { value: estimate, ci: regression },
  };
}

type Arms = { M: number[]; P1: number[]; P2: number[]; passThreshold: number };

function synthetic({ M, P1, P2, passThreshold }: Arms): Figures {
  const table = M.map((m, i) => [m, P1[i] ?? Number.NaN, P2[i] ?? Number.NaN]);
  const test = friedman(table);
  const arms = [M, P1, P2];
  const continuity = [
    [M, P1],
    [M, P2],
    [P2, P1],
  ].map(([x, y]) => pOf(wilcoxonNormal(signedRanks(pairedDifferences(x ?? [], y ?? [])), true)).value);
  return {
    sums: { value: arms.map(sum) },
    ...pairFigures('M-P1', M, P1, passThreshold),
    ...pairFigures('M-P2', M, P2, passThreshold),
    ...pairFigures('P2-P1', P2, P1, passThreshold),
    'wilcoxon.normalCc.holm': { value: holm(continuity.map(Number)) },
    friedman: test,
    'friedman.rankSums': { value: test.value === null ? null : test.rankSums },
    kendallW: { value: test.value === null ? null : test.kendallW },
    imanDavenport: test.value === null ? test : { value: test.imanDavenport.f, p: test.imanDavenport.p },
    'nemenyi.M-P1.p': pOf(nemenyi(test, 0, 1)),
    'nemenyi.M-P2.p': pOf(nemenyi(test, 0, 2)),
    'nemenyi.P1-P2.p': pOf(nemenyi(test, 1, 2)),
    'icc.2_1': iccFigure(table, '2_1'),
    'icc.2_k': iccFigure(table, '2_k'),
  };
}

function pairFigures(name: string, x: number[], y: number[], pass: number): Figures {
  const differences = pairedDifferences(x, y);
  const ranks = signedRanks(differences);
  const t = pairedMean(differences);
  const b = x.filter((value, i) => value >= pass && (y[i] ?? 0) < pass).length;
  const c = x.filter((value, i) => value < pass && (y[i] ?? 0) >= pass).length;
  const pairs = { b, c, n: x.length };
  const figures: Figures = {
    'wilcoxon.Wplus': { value: ranks.wPlus },
    'wilcoxon.Wminus': { value: ranks.wMinus },
    'wilcoxon.zeros': { value: ranks.zeros },
    'wilcoxon.normal.p': pOf(wilcoxonNormal(ranks, false)),
    'wilcoxon.normalCc.p': pOf(wilcoxonNormal(ranks, true)),
    'wilcoxon.pratt.Z': zOf(wilcoxonPratt(differences)),
    'wilcoxon.exactPermutation.zerosDropped.p': pOf(wilcoxonExact(ranks)),
    'wilcoxon.exactPermutation.pratt.p': pOf(wilcoxonExact(signedRanks(differences, 'pratt'))),
    rankBiserial: rankBiserial(ranks),
    hodgesLehmann: hodgesLehmann(differences),
    'hodgesLehmann.zerosDropped': hodgesLehmann(differences.filter((d) => d !== 0)),
    meanDifference: t.value === null ? t : { value: t.value, ci: t.interval },
    'noninferiority.margin1.t': meanNonInferiority(differences, 1),
    ...bootstrapFigures(differences),
    'pass20.b': { value: b },
    'pass20.c': { value: c },
    'pass20.mcnemar.exact.p': pOf(mcnemarExact(pairs)),
    'pass20.mcnemar.midp.p': pOf(mcnemarMidP(pairs)),
    'pass20.mcnemar.chi2': mcnemarChiSquared(pairs),
    'pass20.mcnemar.chi2Cc': mcnemarContinuityCorrected(pairs),
    'pass20.tango.difference': difference(tangoInterval(pairs)),
    'pass20.tango.noninferiority.margin0.10.Z': tangoNonInferiority(pairs, 0.1),
  };
  return Object.fromEntries(Object.entries(figures).map(([statistic, figure]) => [`${name}.${statistic}`, figure]));
}

function bootstrapFigures(differences: number[]): Figures {
  const settings = { seed: 3, replicates: 50_000 };
  const strict = exactBootstrapMean(differences, 'strict');
  const mid = exactBootstrapMean(differences, 'mid');
  if (strict.value === null || mid.value === null) return {};
  return {
    'bootstrapMean.acceleration': { value: strict.acceleration },
    'bootstrapMean.bca95.strictTies': interval(
      bootstrap(differences, (s) => mean([...s]), { ...settings, interval: 'bca', tieRule: 'strict' }),
    ),
    'bootstrapMean.percentile95': interval(
      bootstrap(differences, (s) => mean([...s]), { ...settings, interval: 'percentile' }),
    ),
    'bootstrapMean.exact.z0.strictTies': { value: strict.z0 },
    'bootstrapMean.exact.z0.midTies': { value: mid.z0 },
    'bootstrapMean.exact.bca95.strictTies': { value: strict.value, ci: strict.bca },
    'bootstrapMean.exact.bca95.midTies': { value: mid.value, ci: mid.bca },
    'bootstrapMean.exact.percentile95': { value: mid.value, ci: mid.percentile },
  };
}
