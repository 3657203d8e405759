import { expect, test } from 'vitest';
import { licenceProblem } from './licence.ts';

test.each(['CC0-1.0', 'CC-BY-4.0', 'CC-BY-NC-SA-4.0', 'Apache-2.0', 'MIT'])('%s allows a release', (licence) => {
  expect(licenceProblem(licence)).toBeUndefined();
});

test.each([undefined, '', ' ', 'NOASSERTION', 'none', 'unknown'])(
  'no stated licence (%s) is no permission',
  (licence) => {
    expect(licenceProblem(licence)?.code).toBe('licence-unknown');
  },
);

test.each(['CC-BY-ND-4.0', 'CC-BY-NC-ND-4.0', 'UNLICENSED', 'All rights reserved'])(
  '%s forbids changed copies',
  (licence) => {
    expect(licenceProblem(licence)?.code).toBe('licence-forbidden');
  },
);

test('a list of allowed licences lets in those and no others', () => {
  expect(licenceProblem('MIT', ['MIT'])).toBeUndefined();
  expect(licenceProblem('CC0-1.0', ['MIT'])?.text).toBe('the licence CC0-1.0 is not one of MIT');
});
