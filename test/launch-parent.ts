// A program that follows a run at a launcher and that a test kills; its argument holds what the run is.
import { chooseLauncher } from '../src/training/launch/choose.ts';

const { launchers, timing, options } = JSON.parse(process.argv[2] ?? '');
const { launch } = chooseLauncher('cluster', { launchers, timing, variable: () => undefined });
await launch(options);
