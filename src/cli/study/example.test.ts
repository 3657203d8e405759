import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../../test/app.ts';
import { asMaker } from '../../../test/study.ts';
import { parseYamlFile } from '../../profile/load.ts';
import { StudyDesign } from '../../study/design-schema.ts';
import { StudyAnalysis } from '../../study/report-schema.ts';
import { readStudyFile } from './file.ts';
import { analysisLines, planLines } from './lines.ts';

const example = 'examples/expert-study';
let app: TestApp;

beforeAll(async () => {
  const endpoint = {
    type: 'openai',
    baseUrl: 'http://127.0.0.1:9',
    model: 'x',
    concurrency: 1,
    timeoutMs: 1,
    maxRetries: 0,
  } as const;
  app = await openTestApp({ endpoints: { 'study-model': endpoint } });
});
afterAll(() => app.close());

test('the example is what the guide prints of it', async () => {
  const { value: design } = parseYamlFile(`${example}/design.yaml`, StudyDesign);
  const study = await asMaker(app, 'POST', '', { design });
  expect(planLines(study.plan)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^ {2}primary: difference of total, model against pgy2\t\.91\tn = 12/),
      '  non-inferiority on pass/fail at margin 0.1 with 12 vignettes: power .06',
    ]),
  );
  await asMaker(app, 'POST', `/${study.id}/register`, {});
  for (const file of ['responses', 'ratings']) {
    const { kind, rows } = await readStudyFile(`${example}/${file}.csv`);
    expect(kind).toBe(file);
    const path = kind === 'responses' ? 'responses' : 'imported-ratings';
    const reply = await app.as('engineer').send('POST', `/v1/studies/${study.id}/${path}`, { rows });
    expect(reply.body).toEqual({ added: rows.length, same: 0 });
    if (kind === 'responses') await asMaker(app, 'POST', `/${study.id}/open`, {});
  }
  await asMaker(app, 'POST', `/${study.id}/close`, {});
  const { body } = await app.as('auditor').send('GET', `/v1/studies/${study.id}/analysis`);
  const lines = analysisLines(StudyAnalysis.parse(body)).join('\n');
  expect(lines).toMatch(
    /Primary: model and pgy2 are not distinguishable on total: difference 2\.2 \[0\.4, 5\.0\] \(p = 0\.12, not below/,
  );
  expect(lines).toMatch(/Registration followed: yes, as far as it can be checked/);
  expect(lines).toMatch(/48 received \(48 imported\), 1 excluded, 47 analysed/);
  expect(lines).toMatch(/model\ttotal 17\.7 \[16\.8, 18\.7\]\tpassed 11\/12/);
});
