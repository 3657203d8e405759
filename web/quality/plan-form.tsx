import { Button, Group, NumberInput, Stack, Text, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Plan } from '../../src/calibration/times/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { fixed } from './format.ts';
import { texts } from './texts.ts';

/** The hours that a project asks of clinicians, before it starts. */
export function PlanForm() {
  const { say } = useLocale();
  const [instances, setInstances] = useState<number | string>(10_000);
  const [overlap, setOverlap] = useState<number | string>(1.2);
  const [low, setLow] = useState<number | string>('');
  const [high, setHigh] = useState<number | string>('');
  const [asked, setAsked] = useState<string>();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const search = new URLSearchParams({ instances: String(instances), overlap: String(overlap) });
    if (low !== '' && high !== '') search.set('minutes', `${low},${high}`);
    setAsked(`/v1/quality/plan?${search}`);
  };
  return (
    <section aria-labelledby="plan">
      <Title order={3} size="h5" id="plan">
        {say(texts.plan)}
      </Title>
      <form onSubmit={submit}>
        <Group gap="sm" align="end">
          <NumberInput
            label={say(texts.instances)}
            value={instances}
            onChange={setInstances}
            min={1}
            allowDecimal={false}
            hideControls
            required
          />
          <NumberInput
            label={say(texts.overlap)}
            value={overlap}
            onChange={setOverlap}
            min={1}
            max={20}
            hideControls
            required
          />
          <NumberInput label={say(texts.minutesLow)} value={low} onChange={setLow} min={0.1} hideControls />
          <NumberInput label={say(texts.minutesHigh)} value={high} onChange={setHigh} min={0.1} hideControls />
          <Button type="submit" variant="default">
            {say(texts.compute)}
          </Button>
        </Group>
      </form>
      <div aria-live="polite">{asked !== undefined && <PlanResult path={asked} />}</div>
    </section>
  );
}

function PlanResult({ path }: { path: string }) {
  const { say, number } = useLocale();
  const plan = useApi<Plan>(path);
  const whole = ([low, high]: [number, number]): { low: string; high: string } => ({
    low: number(Math.round(low)),
    high: number(Math.round(high)),
  });
  return (
    <Loaded query={plan}>
      {({ reviews, minutes, hours, basis, measured, clean, edited }) => (
        <Stack gap={2} mt="xs">
          <Text fw={600}>
            {say(texts.planResult, {
              reviews,
              low: fixed(minutes[0], 1),
              high: fixed(minutes[1], 1),
              hoursLow: whole(hours).low,
              hoursHigh: whole(hours).high,
            })}
          </Text>
          {clean !== undefined && <Text size="sm">{say(texts.planClean, whole(clean))}</Text>}
          {edited !== undefined && <Text size="sm">{say(texts.planEdited, whole(edited))}</Text>}
          <Text size="sm">
            {basis === 'measured' && say(texts.planMeasured, { count: measured })}
            {basis === 'stated minutes' && say(texts.planStated)}
            {basis === 'published estimate' && say(texts.planEstimate, { count: measured })}
          </Text>
        </Stack>
      )}
    </Loaded>
  );
}
