// Creates or completes .venv-ray, in which the tests start a Ray head of one node; a job finds there what the worker needs.
import { ensureSideEnvironment } from './side-environment.ts';

await ensureSideEnvironment({
  directory: '.venv-ray',
  requirements: 'trainer/requirements-ray.txt',
  label: 'Ray for the tests of its launcher, about 350 MB',
  pipArguments: [],
  check: 'import ray.dashboard.modules.job.job_head, torch, trl',
});
