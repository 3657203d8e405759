import { Button, Group, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { AgreementReport, SliceBy, StepAgreement } from '../../src/calibration/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { AgreementTable } from './agreement-table.tsx';
import { Confusions } from './confusions.tsx';
import { Beside, FigureValue, MethodName, useInterval } from './figure.tsx';
import { texts } from './texts.ts';

const slices: [SliceBy, keyof typeof texts][] = [
  ['all', 'byAll'],
  ['track', 'byTrack'],
  ['language', 'byLanguage'],
  ['specialty', 'bySpecialty'],
  ['reviewer', 'byReviewer'],
];

/** Agreement over everything or in slices. */
export function Agreement() {
  const { say } = useLocale();
  const [by, setBy] = useState<SliceBy>('all');
  const [fresh, setFresh] = useState(false);
  const report = useApi<AgreementReport>(`/v1/quality/agreement?by=${by}${fresh ? '&fresh=true' : ''}`);
  return (
    <Stack gap="md" mt="md">
      <NativeSelect
        label={say(texts.by)}
        value={by}
        w="fit-content"
        onChange={(event) => setBy(slices.find(([one]) => one === event.currentTarget.value)?.[0] ?? 'all')}
        data={slices.map(([value, name]) => ({ value, label: say(texts[name]) }))}
      />
      <Loaded query={report}>
        {(data) => (
          <Stack gap="md">
            <AsOfNote asOf={data.asOf} onFresh={() => setFresh(true)} />
            <Text size="sm" c="dimmed">
              {say(texts.agreementNote, { count: data.minimumUnits })}
            </Text>
            <section aria-labelledby="criteria">
              <Title order={3} size="h5" id="criteria">
                {say(texts.criteria)}
              </Title>
              <AgreementTable label={say(texts.criteria)} by={by} items={data.criteria} />
            </section>
            {data.dimensions.length > 0 && (
              <section aria-labelledby="dimensions">
                <Title order={3} size="h5" id="dimensions">
                  {say(texts.dimensions)}
                </Title>
                <Text size="sm" c="dimmed">
                  {say(texts.dimensionsNote)}
                </Text>
                <AgreementTable label={say(texts.dimensions)} by={by} items={data.dimensions} ofDimensions />
              </section>
            )}
            {data.steps !== undefined && <Steps steps={data.steps} />}
            <Confusions items={data.criteria} />
          </Stack>
        )}
      </Loaded>
    </Stack>
  );
}

/** When the figures were computed, and what they do not know of yet. */
export function AsOfNote({ asOf, onFresh }: { asOf: AgreementReport['asOf']; onFresh: () => void }) {
  const { say, dateTime } = useLocale();
  return (
    <Group gap="xs">
      <Text size="sm">{say(texts.asOf, { time: dateTime(asOf.computedAt) })}</Text>
      {asOf.newer > 0 && (
        <>
          <Text size="sm">{say(texts.newer, { count: asOf.newer })}</Text>
          <Button size="compact-sm" variant="default" onClick={onFresh}>
            {say(texts.computeAnew)}
          </Button>
        </>
      )}
    </Group>
  );
}

function Steps({ steps }: { steps: StepAgreement }) {
  const { say } = useLocale();
  const interval = useInterval();
  return (
    <section aria-labelledby="steps">
      <Title order={3} size="h5" id="steps">
        {say(texts.steps)}
      </Title>
      <Text size="sm" c="dimmed">
        {say(texts.stepsNote)}
      </Text>
      <Text size="sm" component="div">
        <MethodName figure={steps.headline} /> <FigureValue figure={steps.headline} />
        {steps.headline.ci95 !== undefined && ` [${interval(steps.headline.ci95)}]`}
      </Text>
      <Beside figures={steps.beside} />
      <Text size="xs" c="dimmed">
        {say(texts.stepsSize, { n: steps.n, instances: steps.instances, single: steps.single })}
      </Text>
    </section>
  );
}
