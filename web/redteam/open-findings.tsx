import { Anchor, Button, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { FindingsOpened } from '../../src/redteam/findings/schema.ts';
import type { Campaign } from '../../src/redteam/schema.ts';
import { Problem } from '../account/problem.tsx';
import { useSend } from '../account/use-send.ts';
import { sendJson } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { holds, useMe } from '../app/who.ts';
import { Section } from '../models/section.tsx';
import { findingTexts as texts } from './finding-texts.ts';

/** The way to a campaign's findings; those who work on them open new ones for what failed. */
export function OpenFindings({ campaign }: { campaign: Campaign }) {
  const { say } = useLocale();
  const { data: me } = useMe();
  const { busy, error, run } = useSend();
  const [opened, setOpened] = useState<FindingsOpened>();
  if (!holds(me, 'red-teamer', 'auditor', 'engineer', 'steward')) return null;
  const open = (): void =>
    void run(async () => setOpened(await sendJson('POST', '/v1/redteam/findings', { campaign: campaign.id })));
  return (
    <Section id="findings" title={texts.findings}>
      <Group gap="sm">
        <Anchor
          size="sm"
          underline="always"
          renderRoot={(props) => <Link to="/redteam/findings" search={{ campaign: campaign.id }} {...props} />}
        >
          {say(texts.findings)}
        </Anchor>
        {holds(me, 'red-teamer', 'engineer') && campaign.completedAt !== undefined && (
          <Button variant="default" size="compact-sm" disabled={busy} onClick={open}>
            {say(texts.open)}
          </Button>
        )}
      </Group>
      <div aria-live="polite">{opened !== undefined && <Text size="sm">{say(texts.openedCount, opened)}</Text>}</div>
      <Problem error={error} />
    </Section>
  );
}
