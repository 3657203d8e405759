// Creates or completes .venv-engines, in which the tests have the engines of recipes read them.
import { enginesEnvironment } from './engines.ts';
import { ensureSideEnvironment } from './side-environment.ts';

await ensureSideEnvironment(enginesEnvironment);
