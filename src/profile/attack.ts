import type { Profile } from './schema.ts';

/** What in the material for attacks refers to nothing, with its file; undefined where all is well. */
export function attackProblem(
  profile: Pick<Profile, 'dimensions' | 'strategies' | 'attacks'>,
): { file: string; text: string } | undefined {
  const { frames, requests, sources, outside, scripts } = profile.attacks;
  const strategies = new Set(profile.strategies.map(({ code }) => code));
  const dimensions = new Set(profile.dimensions.map(({ code }) => code));
  const strange = frames.find((frame) => !strategies.has(frame.strategy));
  if (strange !== undefined)
    return { file: 'attack-frames.yaml', text: `the strategy "${strange.strategy}" is not one of attacks.yaml.` };
  const twice = repeated([...frames.map(({ strategy }) => strategy), ...scripts.map(({ code }) => code)]);
  if (twice !== undefined) return { file: 'attack-frames.yaml', text: `"${twice}" is defined twice.` };
  const double = repeated(requests.map(({ id }) => id));
  if (double !== undefined)
    return { file: 'attack-requests.yaml', text: `the base request "${double}" is defined twice.` };
  const homeless = requests.find((request) => !dimensions.has(request.dimension));
  if (homeless !== undefined)
    return {
      file: 'attack-requests.yaml',
      text: `the dimension "${homeless.dimension}" of the base request "${homeless.id}" is not one of dimensions.yaml.`,
    };
  const places = new Set([...dimensions, ...outside.map(({ code }) => code)]);
  const lost = sources
    .flatMap(({ dimensions: by, other }) => [...Object.values(by), ...(other === undefined ? [] : [other])])
    .find((code) => !places.has(code));
  if (lost !== undefined)
    return {
      file: 'attack-sources.yaml',
      text: `the dimension "${lost}" is neither in dimensions.yaml nor in outside.`,
    };
  const method = sources
    .flatMap((source) => Object.values(source.strategies ?? {}))
    .find((one) => !strategies.has(one));
  return method === undefined
    ? undefined
    : { file: 'attack-sources.yaml', text: `the strategy "${method}" is not one of attacks.yaml.` };
}

function repeated(codes: readonly string[]): string | undefined {
  return codes.find((code, at) => codes.indexOf(code) !== at);
}
