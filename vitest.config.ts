import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes long mostly waits for other programs: begun last, it would keep one of two processes idle. */
const long = ({ moduleId }: TestSpecification): boolean =>
  /\/src\/training\/(launch|engine|run\.)|\/test\/(e2e|trust-signals|cli)/.test(moduleId);

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted.filter(long), ...sorted.filter((file) => !long(file))];
  }
}

// biome-ignore lint/style/noDefaultExport: vitest loads its configuration from the default export
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 30_000 } }, // a busy machine is slow, not wrong
    maxWorkers: 2,
    isolate: false, // a process keeps what it has loaded: the embedded database's code alone takes three seconds to compile
    sequence: { sequencer: LongFirst },
    globalSetup: ['test/global-setup.ts'],
  },
});
