// Runs the suite: everything on the embedded database, then what uses a database again on PostgreSQL.
// Ends with one line "N passed, N failed, N skipped".
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { startPostgres } from './postgres.mjs';

const out = mkdtempSync(join(tmpdir(), 'safemed-suite-'));
// Programs that the tests start read the same files again and again.
const cache = { NODE_COMPILE_CACHE: join(process.cwd(), 'node_modules', '.cache', 'compile') };
const totals = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
let broken = false;

function suite(name, files, environment) {
  console.log(`\n== ${name} (Node ${process.version})`);
  const report = join(out, `${name.replaceAll(/\W+/g, '-')}.json`);
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    ...files,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const { status } = spawnSync(process.execPath, args, {
    stdio: 'inherit',
    env: { ...process.env, ...cache, ...environment },
  });
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    slowest(testResults);
    failures.push(...testResults.flatMap((file) => failuresOf(name, file)));
    totals.passed += numPassedTests;
    totals.failed += numFailedTests;
    totals.skipped += numPendingTests + numTodoTests;
  } catch {
    broken = true;
  }
  if (status !== 0) broken = true;
}

// Where the time went, for whoever wants the suite faster.
function slowest(files) {
  const timed = files.map(({ name, startTime, endTime }) => ({ name, seconds: (endTime - startTime) / 1000 }));
  console.log('\nSlowest files, in seconds with their set-up left out:');
  for (const { name, seconds } of timed.sort((a, b) => b.seconds - a.seconds).slice(0, 15))
    console.log(`${seconds.toFixed(0).padStart(5)}  ${relative(process.cwd(), name)}`);
}

// A file that could not be loaded has a message of its own and no test.
function failuresOf(engine, { name, status, message, assertionResults }) {
  const file = `${engine}, ${relative(process.cwd(), name)}`;
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0 && status === 'failed') return [`${file}\n${message}`];
  return failed.map((test) => `${file}: ${test.fullName}\n${test.failureMessages.join('\n')}`);
}

// The browser's tests are about pages and need no second database.
function filesOnDatabase() {
  return ['src', 'test'].flatMap((folder) =>
    readdirSync(folder, { recursive: true })
      .map((name) => join(folder, String(name)))
      .filter(
        (name) =>
          name.endsWith('.test.ts') &&
          !name.startsWith(join('test', 'e2e')) &&
          /openTest(App|Database)\b|inject\('postgresUrl'\)/.test(readFileSync(name, 'utf8')),
      ),
  );
}

suite('PGlite', [], {});
const postgres = await startPostgres();
if (postgres.url === undefined) {
  console.log(`\nPostgreSQL: NOT TESTED. ${postgres.reason}`);
} else {
  try {
    suite('PostgreSQL', filesOnDatabase(), { SAFEMED_TEST_POSTGRES: postgres.url });
  } finally {
    postgres.stop();
  }
}
rmSync(out, { recursive: true, force: true });
for (const failure of failures) {
  const [title, ...message] = failure.split('\n');
  console.log(`\nFAILED ${title}\n  ${message.slice(0, 12).join('\n  ').slice(0, 1500)}`);
}
if (broken && totals.failed === 0) totals.failed = 1;
console.log(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed > 0 ? 1 : 0);
