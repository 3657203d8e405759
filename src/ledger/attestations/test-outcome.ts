import { z } from 'zod';
import { ResourceDescriptor } from './resource-descriptor.ts';

/** in-toto test-result v0.1: the outcome of one run of tests over the subject. */
export const testResultType = 'https://in-toto.io/attestation/test-result/v0.1';

/** Its predicate. A reader ignores fields it does not know. */
export const TestResult = z.looseObject({
  result: z.enum(['PASSED', 'WARNED', 'FAILED']),
  configuration: z.array(ResourceDescriptor),
  url: z.string().exactOptional(),
  passedTests: z.array(z.string()).exactOptional(),
  warnedTests: z.array(z.string()).exactOptional(),
  failedTests: z.array(z.string()).exactOptional(),
});
export type TestResult = z.infer<typeof TestResult>;

/** The result that the names of passed and failed tests amount to. */
export function testResult(
  configuration: ResourceDescriptor[],
  { passed, failed }: { passed: string[]; failed: string[] },
): TestResult {
  const result = failed.length === 0 && passed.length > 0 ? 'PASSED' : 'FAILED';
  return { result, configuration, passedTests: passed, warnedTests: [], failedTests: failed };
}
