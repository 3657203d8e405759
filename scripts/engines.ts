import type { SideEnvironment } from './side-environment.ts';

/**
 * The engines of recipes, as far as their argument parsers and data loaders go. They pin transformers, TRL and datasets in
 * versions that exclude one another, and want packages for GPUs: they are installed without what they depend on, and get
 * the few packages that parsers and loaders import.
 */
export const enginesEnvironment: SideEnvironment = {
  directory: '.venv-engines',
  requirements: 'trainer/requirements-engines.txt',
  label: 'parsers and data loaders of the engines that recipes are for, about 430 MB',
  pipArguments: ['--no-deps'],
  check: 'import llamafactory, openrlhf, omegaconf, ray, swift, verl, torch',
};
