import type { Preset, StartRun } from './schema.ts';

type Settings = {
  /** TRL's names. */
  readonly args: StartRun['args'];
  /** Every generation batch holds benign prompts beside harmful ones, and knowledge questions join the benign ones. */
  readonly mixKinds: boolean;
};

/** A laptop's sizes; on a GPU raise them with `args`. The paper's group size is not known; the engines' default is 8. */
const sizes = { num_generations: 4, max_completion_length: 256, temperature: 1, learning_rate: 1e-5 } as const;

/**
 * GRPO's presets, one line an argument with where it comes from. β and learning rate of the published recipe are not
 * known: β 0.04 is that of the GRPO paper (arXiv 2402.03300, §4.2).
 */
export const presets: { readonly [name in Preset]: Settings } = {
  paper: {
    args: {
      ...sizes,
      loss_type: 'grpo', // mean over each answer, then over answers: arXiv 2402.03300, equation 3
      scale_rewards: 'group', // advantage (r − mean) / std within a prompt's answers: ibid., §4.1.2
      beta: 0.04, // KL to the SFT model as a term of the loss: ibid., §4.2
      epsilon: 0.2, // arXiv 1707.06347, §6.1
      mask_truncated_completions: false,
    },
    mixKinds: false,
  },
  robust: {
    args: {
      ...sizes,
      per_device_train_batch_size: 2 * sizes.num_generations, // two prompts: one benign, one harmful
      loss_type: 'dapo', // mean over all tokens, so that long answers are not spared: arXiv 2503.14476, §3.3
      scale_rewards: 'group',
      beta: 0.04, // DAPO drops the KL term; a safety model keeps it
      epsilon: 0.2, // arXiv 2503.14476, §4.1
      epsilon_high: 0.28, // clip-higher, against collapse of entropy: ibid., §3.1 and §4.1
      mask_truncated_completions: true, // an answer cut off is no evidence of a bad one: ibid., §3.4
    },
    mixKinds: true, // a reward on harmful prompts alone teaches to refuse everything
  },
};

/** The preset in force; undefined for stages that have none. */
export function presetOf(input: StartRun): Preset | undefined {
  return input.stage === 'grpo' ? (input.preset ?? 'paper') : undefined;
}

/** The arguments a run gives the engine: those of its preset, and over them its own. */
export function resolvedArguments(input: StartRun): StartRun['args'] {
  const preset = presetOf(input);
  return { ...(preset === undefined ? {} : presets[preset].args), ...input.args };
}
