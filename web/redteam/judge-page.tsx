import { Anchor, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { JudgeGates, JudgeRecord } from '../../src/redteam/judges/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Section } from '../models/section.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { SourceText } from '../ui/source-text.tsx';
import { Agreement } from './agreement.tsx';
import { GateTag } from './judges-page.tsx';
import { Reliability } from './reliability.tsx';
import './redteam.css';
import { kindNames, texts } from './texts.ts';

const questions = [
  { asks: 'attack', text: texts.attackQuestion },
  { asks: 'over-refusal', text: texts.refusalQuestion },
] as const;

/** One judge: how to read it, what it is worth beside clinicians, and whether it passes the gate. */
export function JudgePage({ id }: { id: string }) {
  const { say } = useLocale();
  const query = useApi<JudgeRecord>(`/v1/redteam/judges/${encodeURIComponent(id)}`);
  return (
    <Stack gap="md">
      <Anchor size="sm" renderRoot={(props) => <Link to="/redteam/judges" {...props} />}>
        ← {say(texts.allJudges)}
      </Anchor>
      <Loaded query={query} missing="noSuchJudge">
        {(judge) => <Details judge={judge} />}
      </Loaded>
    </Stack>
  );
}

function Details({ judge }: { judge: JudgeRecord }) {
  const { say, dateTime } = useLocale();
  const gates = useApi<JudgeGates>(`/v1/redteam/judges/${judge.id}/gate`);
  usePageTitle(judge.name);
  return (
    <>
      <div>
        <Title order={2} size="h4">
          {say(texts.judge)} <SourceText>{judge.name}</SourceText>
        </Title>
        <dl className="scores">
          <div>
            <dt>{say(texts.kind)}</dt>
            <dd>{say(kindNames[judge.kind] ?? { en: judge.kind, zh: judge.kind })}</dd>
          </div>
          <div>
            <dt>{say(texts.dataset)}</dt>
            <dd translate="no">{judge.dataset}</dd>
          </div>
          <div>
            <dt>{say(texts.made)}</dt>
            <dd>{dateTime(judge.createdAt)}</dd>
          </div>
        </dl>
        <Text size="xs" c="dimmed">
          {say(texts.digest)} <code translate="no">{judge.id}</code> · {say(texts.lineage)}{' '}
          {judge.lineage.length === 0 ? say(texts.none) : <SourceText>{judge.lineage.join(', ')}</SourceText>}
        </Text>
      </div>
      <Section id="gate" title={texts.gate} note={texts.gateNote}>
        <Loaded query={gates}>{(found) => <Gates gates={found} />}</Loaded>
      </Section>
      {questions.map(({ asks, text }) => (
        <Section key={asks} id={asks} title={text} note={texts.calibrationNote}>
          <Agreement figures={judge.calibration?.[asks]} />
          <Reliability figures={judge.heldOut[asks]} />
        </Section>
      ))}
      <Section id="card" title={texts.card}>
        <ul>
          {judge.card.map((line) => (
            <li key={line}>
              <SourceText lang="en">{line}</SourceText>
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}

function Gates({ gates }: { gates: JudgeGates }) {
  const { say } = useLocale();
  return (
    <ul>
      {questions.map(({ asks, text }) => (
        <li key={asks}>
          {say(text)} <GateTag passed={gates[asks].passed} />
          {gates[asks].reasons.map((reason) => (
            <div key={reason}>
              <SourceText lang="en">{reason}</SourceText>
            </div>
          ))}
        </li>
      ))}
    </ul>
  );
}
