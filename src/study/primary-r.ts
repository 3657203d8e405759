import type { StudyAnalysis } from './report-schema.ts';
import type { SealedDesign } from './sealed-design.ts';

/**
 * An R script that reproduces the primary test and interval from `scores-wide.csv` in base R, and prints ours beside them. Tests of
 * whole counterfactual pairs are not reproduced; the script then says so and stops.
 */
export function primaryScript({ design }: SealedDesign, { study, primary }: StudyAnalysis): string {
  const { contrast, outcome, hypothesis, test, interval, alpha, tieRule } = design.registration;
  const column = (arm: string): string => (outcome.of === 'axis' ? `${arm}.${outcome.axis}` : `${arm}.total`);
  const values = (arm: string): string => {
    const cells = `d[[${JSON.stringify(column(arm))}]]`;
    return outcome.of === 'pass' ? `as.numeric(${cells} >= ${outcome.threshold} - 1e-9)` : cells;
  };
  const margin = hypothesis.claim === 'difference' ? 'NA' : String(hypothesis.margin);
  const ends = primary.interval.ci95 ?? primary.interval.ci;
  const level = hypothesis.claim === 'equivalence' ? 1 - 2 * alpha : 1 - alpha;
  return `# The registered primary analysis of study ${study.id}, in base R (no packages).
# Design sealed with SHA-256 ${study.digest}.
# ${contrast.a} - ${contrast.b}; ${hypothesis.claim}; test ${test}; interval ${interval}.
d <- read.csv("scores-wide.csv", check.names = FALSE, fileEncoding = "UTF-8-BOM")
x <- ${values(contrast.a)}
y <- ${values(contrast.b)}
kept <- !is.na(x) & !is.na(y)
x <- x[kept]; y <- y[kept]
# Rounded, so that equal differences of decimals are ties.
diffs <- round(x - y, 9)
n <- length(diffs); level <- ${level}; margin <- ${margin}; ties <- "${tieRule}"
${functions}
${test.startsWith('clustered') ? clusteredNote : `p <- ${tests[test] ?? 'NA'}\nends <- ${intervals[interval] ?? 'c(NA, NA)'}`}
ours <- list(p = ${primary.test.p ?? 'NA'}, interval = c(${ends === undefined ? 'NA, NA' : ends.join(', ')}))
cat(sprintf("n = %d\\n", n))
cat(sprintf("p: R %.8g, report %.8g\\n", p, ours$p))
cat(sprintf("interval: R [%.6g, %.6g], report [%.6g, %.6g]\\n", ends[1], ends[2], ours$interval[1], ours$interval[2]))
`;
}

const clusteredNote = `stop("Vignettes of counterfactual pairs are tested by whole pairs; base R has no such test, and this script does not write one.")`;

/** The p-value of each test that can be registered, as an R expression. */
const tests: Record<string, string> = {
  'wilcoxon.exactPermutation.zerosDropped': 'signed_rank(diffs, "two.sided", FALSE)',
  'wilcoxon.exactPermutation.pratt': 'signed_rank(diffs, "two.sided", TRUE)',
  'wilcoxon.normalCc': 'wilcox.test(diffs, exact = FALSE, correct = TRUE)$p.value',
  'wilcoxon.normal': 'wilcox.test(diffs, exact = FALSE, correct = FALSE)$p.value',
  'wilcoxon.pratt':
    '{ r <- rank(abs(diffs))[diffs != 0]; s <- diffs[diffs != 0]; 2 * pnorm(-abs((sum(r[s > 0]) - sum(r) / 2) / sqrt(sum(r^2) / 4))) }',
  meanDifference: 't.test(diffs)$p.value',
  'noninferiority.t': 't.test(diffs, mu = -margin, alternative = "greater")$p.value',
  'noninferiority.wilcoxon': 'signed_rank(round(diffs + margin, 9), "greater", FALSE)',
  'equivalence.tost':
    'max(t.test(diffs, mu = -margin, alternative = "greater")$p.value, t.test(diffs, mu = margin, alternative = "less")$p.value)',
  'equivalence.wilcoxon':
    'max(signed_rank(round(diffs + margin, 9), "greater", FALSE), signed_rank(round(margin - diffs, 9), "greater", FALSE))',
  'mcnemar.exact': 'binom.test(sum(diffs > 0), sum(diffs != 0))$p.value',
  'mcnemar.midp':
    '{ b <- min(sum(diffs > 0), sum(diffs < 0)); m <- sum(diffs != 0); 2 * pbinom(b, m, .5) - dbinom(b, m, .5) }',
  'tango.noninferiority': '1 - pnorm(tango_z(sum(diffs > 0), sum(diffs < 0), n, -margin))',
  'tango.equivalence':
    'max(1 - pnorm(tango_z(sum(diffs > 0), sum(diffs < 0), n, -margin)), pnorm(tango_z(sum(diffs > 0), sum(diffs < 0), n, margin)))',
};

const intervals: Record<string, string> = {
  'bootstrapMean.bca': 'exact_bootstrap(diffs, level, ties, TRUE)',
  'bootstrapMean.percentile': 'exact_bootstrap(diffs, level, ties, FALSE)',
  hodgesLehmann:
    '{ a <- outer(diffs, diffs, "+") / 2; a <- sort(a[lower.tri(a, TRUE)]); q <- max(1, qsignrank((1 - level) / 2, n)); c(a[q], a[length(a) + 1 - q]) }',
  meanDifference: 't.test(diffs, conf.level = level)$conf.int',
  'tango.difference':
    '{ b <- sum(diffs > 0); c <- sum(diffs < 0); z <- qnorm((1 + level) / 2); at <- (b - c) / n; root <- function(s, from, to) tryCatch(uniroot(function(k) tango_z(b, c, n, k) - s, c(from, to), tol = 1e-12)$root, error = function(e) sign(to - at + from - at)); c(root(z, -1 + 1e-9, at), root(-z, at, 1 - 1e-9)) }',
  'newcombe.difference': 'c(NA, NA)',
};

const functions = `
# Permutation distribution of W+ over all sign changes of the given mid-ranks.
signed_rank <- function(d, side, pratt) {
  r <- if (pratt) rank(abs(d))[d != 0] else rank(abs(d[d != 0]))
  s <- d[d != 0]; w <- round(2 * r); total <- sum(w)
  chance <- c(1, rep(0, total))
  for (k in w) chance <- (chance + c(rep(0, k), chance[seq_len(total + 1 - k)])) / 2
  at <- sum(w[s > 0]); sums <- 0:total
  if (side == "greater") return(sum(chance[sums >= at]))
  sum(chance[abs(sums - total / 2) >= abs(at - total / 2) - 1e-9])
}
# Distribution of the mean of n draws with replacement, by convolution: no random numbers.
exact_bootstrap <- function(d, level, ties, bca) {
  n <- length(d)
  grid <- Filter(function(k) all(abs(d * k - round(d * k)) < 1e-9 * k), c(1, 10, 100, 1000))
  if (length(grid) == 0) { message("the scores lie on no grid: the report drew its bootstrap, with its seed"); return(c(NA, NA)) }
  v <- round(d * grid[1]); low <- min(v); one <- tabulate(v - low + 1) / n
  mass <- 1
  for (i in seq_len(n)) { more <- rep(0, length(mass) + length(one) - 1); for (j in which(one > 0)) { at <- j - 1 + seq_along(mass); more[at] <- more[at] + one[j] * mass }; mass <- more }
  centre <- sum(v) - low * n + 1
  quantile_at <- function(p) (which(cumsum(mass) >= p - 1e-12)[1] - 1 + low * n) / grid[1] / n
  alpha <- (1 - level) / 2
  if (!bca) return(c(quantile_at(alpha), quantile_at(1 - alpha)))
  z0 <- qnorm(sum(mass[seq_len(centre - 1)]) + if (ties == "mid") mass[centre] / 2 else 0)
  left_out <- (sum(d) - d) / (n - 1); apart <- mean(left_out) - left_out
  a <- sum(apart^3) / (6 * sum(apart^2)^1.5)
  ends <- sapply(qnorm(c(alpha, 1 - alpha)), function(z) pnorm(z0 + (z0 + z) / (1 - a * (z0 + z))))
  c(quantile_at(ends[1]), quantile_at(ends[2]))
}
# Tango's score statistic (1998) that the difference of paired shares is k.
tango_z <- function(b, c, n, k) {
  B <- -b - c + (2 * n - b + c) * k; C <- -c * k * (1 - k)
  q <- (sqrt(max(0, B^2 - 8 * n * C)) - B) / (4 * n)
  (b - c - n * k) / sqrt(n * (2 * q + k * (1 - k)))
}`.trimStart();
