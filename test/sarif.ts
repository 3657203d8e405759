import { z } from 'zod';

/*
 * What SARIF 2.1.0 (OASIS standard, sections 3.13 to 3.58) requires of the parts that our reports write. The standard's
 * own JSON Schema is not vendored because of its terms; the properties below are strict, so that a misspelt one is found.
 */
const Message = z.strictObject({ text: z.string().min(1) });
const Level = z.enum(['none', 'note', 'warning', 'error']);
const Bag = z.record(z.string(), z.unknown());

const Rule = z.strictObject({
  id: z.string().min(1),
  name: z.string(),
  shortDescription: Message,
  defaultConfiguration: z.strictObject({ level: Level }),
  properties: Bag,
});

const Result = z
  .strictObject({
    ruleId: z.string(),
    ruleIndex: z.int().min(0).exactOptional(),
    kind: z.enum(['notApplicable', 'pass', 'fail', 'review', 'open', 'informational']),
    level: Level,
    message: Message,
    locations: z.array(
      z.strictObject({
        logicalLocations: z.array(
          z.strictObject({ name: z.string(), fullyQualifiedName: z.string(), kind: z.string() }),
        ),
      }),
    ),
    partialFingerprints: z.record(z.string(), z.string()),
    properties: Bag,
  })
  // 3.27.10: a result that is no failure has the level none
  .refine((one) => one.kind === 'fail' || one.level === 'none', 'level must be none');

const Log = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.array(
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({ name: z.string(), version: z.string(), rules: z.array(Rule) }),
      }),
      automationDetails: z.strictObject({ id: z.string() }),
      invocations: z.array(
        z.strictObject({
          executionSuccessful: z.boolean(),
          endTimeUtc: z.iso.datetime().exactOptional(),
          toolExecutionNotifications: z.array(z.strictObject({ level: Level, message: Message })),
        }),
      ),
      columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
      properties: Bag,
      results: z.array(Result),
    }),
  ),
});

/** What is wrong with a SARIF log; empty where it has what the standard requires, and each result's rule is there. */
export function sarifProblems(log: unknown): string[] {
  const parsed = Log.safeParse(log);
  if (!parsed.success) return parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  return parsed.data.runs.flatMap(({ tool, results }) =>
    results.flatMap(({ ruleId, ruleIndex }) =>
      ruleIndex !== undefined && tool.driver.rules[ruleIndex]?.id !== ruleId ? [`${ruleId} is not its rule`] : [],
    ),
  );
}
