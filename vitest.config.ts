import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest loads its configuration from the default export
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 30_000 } }, // a busy machine is slow, not wrong
    maxWorkers: 2,
    isolate: false, // a process keeps what it has loaded: the embedded database's code alone takes three seconds to compile
    globalSetup: ['test/global-setup.ts'],
  },
});
