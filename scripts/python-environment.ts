// Creates or completes the Python environment of a checkout: .venv, shared by the tests and the demonstration.
import { AppError, exitCode, messageOf } from '../src/core/error.ts';
import { ensureEnvironment } from '../src/training/engine/environment.ts';

try {
  let label = '';
  await ensureEnvironment({
    directory: '.venv',
    onProgress: (progress) => {
      if (progress.label !== label) console.error(`setup: ${progress.step}/${progress.steps} ${progress.label} …`);
      label = progress.label;
    },
  });
} catch (error) {
  console.error(`setup: ${messageOf(error)}`);
  process.exitCode = error instanceof AppError ? exitCode(error.code) : 1;
}
