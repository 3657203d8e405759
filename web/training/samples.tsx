import { NativeSelect, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Sample, SampleList } from '../../src/training/watch/schema.ts';
import { type ApiError, getJson, retry } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { Tag } from '../ui/tag.tsx';
import { figure } from './format.ts';
import { flagNames, kindNames, texts } from './texts.ts';

/** What one prompt was answered at different steps, side by side, with what each judge said of it. */
export function Samples({ run }: { run: string }) {
  const { say } = useLocale();
  const [group, setGroup] = useState<string>();
  const [step, setStep] = useState<string>();
  const choice = new URLSearchParams(group === undefined ? {} : { group });
  if (step !== undefined) choice.set('steps', step);
  const path = `/v1/training/runs/${encodeURIComponent(run)}/samples?${choice}`;
  const list = useQuery<SampleList, ApiError>({
    queryKey: [path],
    queryFn: () => getJson(path),
    retry,
    placeholderData: keepPreviousData, // the fields keep the focus while another choice is fetched
  });
  return (
    <section aria-labelledby="samples">
      <Title order={3} size="h5" id="samples">
        {say(texts.samples)}
      </Title>
      <Loaded query={list}>
        {({ groups, shown }) =>
          shown === undefined ? (
            <Text size="sm">{say(texts.noSamples)}</Text>
          ) : (
            <>
              <div className="sample-choice">
                <NativeSelect
                  label={say(texts.prompt)}
                  value={shown.group}
                  onChange={(event) => {
                    setGroup(event.currentTarget.value);
                    setStep(undefined);
                  }}
                  data={groups.map((one) => one.group)}
                  translate="no"
                />
                <NativeSelect
                  label={say(texts.steps)}
                  value={step ?? ''}
                  onChange={(event) => setStep(event.currentTarget.value || undefined)}
                  data={[{ value: '', label: say(texts.spread) }, ...shown.steps.map(String)]}
                />
              </div>
              {shown.prompt !== undefined && (
                <blockquote className="prompt">
                  <SourceText>{shown.prompt}</SourceText>
                </blockquote>
              )}
              <Columns columns={shown.columns} />
            </>
          )
        }
      </Loaded>
    </section>
  );
}

function Columns({ columns }: { columns: NonNullable<SampleList['shown']>['columns'] }) {
  const { say, number } = useLocale();
  return (
    <div className="sample-columns">
      {columns.map(({ step, samples }) => (
        <section key={step} aria-label={say(texts.atStep, { step: number(step) })}>
          <Title order={4} size="sm">
            {say(texts.atStep, { step: number(step) })}
          </Title>
          <ol>
            {samples.map((sample) => (
              <li key={sample.id}>
                <Judged sample={sample} />
                <div className="completion">
                  <SourceText>{sample.completion}</SourceText>
                </div>
              </li>
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

/** Reward and held-out score, and what was found about the completion. */
function Judged({ sample }: { sample: Sample }) {
  const { say } = useLocale();
  const { score, heldOut, kind, refused, wellFormed, reason, flags } = sample;
  const shown = (value: number | null): string => (value === null ? say(texts.unscored) : figure(value));
  return (
    <div className="judged">
      <strong>{say(texts.rewardOf, { score: shown(score) })}</strong>
      {heldOut !== undefined && <span>{say(texts.heldOutOf, { score: shown(heldOut) })}</span>}
      {(kind === 'harmful' || kind === 'benign') && <Tag>{say(kindNames[kind])}</Tag>}
      {refused !== undefined && <Tag>{say(refused ? texts.refused : texts.complied)}</Tag>}
      {wellFormed === false && <Tag tone="warn">{say(texts.malformed)}</Tag>}
      {flags.map((flag) => (
        <Tag key={flag} tone="warn">
          {flagNames[flag] === undefined ? <SourceText lang="en">{flag}</SourceText> : say(flagNames[flag])}
        </Tag>
      ))}
      {score === null && reason !== undefined && (
        <Text span size="xs" c="dimmed">
          <SourceText lang="en">{reason}</SourceText>
        </Text>
      )}
    </div>
  );
}
