// A parent process that a test kills: trains the run that the JSON argument describes.
import { runWorker } from '../../src/training/engine/worker-process.ts';

await runWorker(JSON.parse(process.argv[2] ?? ''));
