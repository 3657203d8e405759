import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import type { Release } from '../../src/release/schema.ts';
import { sendJson } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { holds, useMe } from '../app/who.ts';
import { SignDialog } from './sign-dialog.tsx';
import { texts } from './texts.ts';

/** Lets a release approver who did not prepare the draft sign it. */
export function ApproveRelease({ release, onApproved }: { release: Release; onApproved: () => void }) {
  const { say, number } = useLocale();
  const { data: me } = useMe();
  const [opened, setOpened] = useState(false);
  const { approvalDigest: digest, name, createdBy, summary } = release;
  if (digest === undefined || !holds(me, 'release-approver') || me?.id === createdBy) return null;
  return (
    <div>
      <Text size="sm">{say(texts.approveNote, { rows: number(summary.counts.rows) })}</Text>
      <Button mt="xs" onClick={() => setOpened(true)}>
        {say(texts.approve)}
      </Button>
      <SignDialog
        opened={opened}
        digest={digest}
        onClose={() => setOpened(false)}
        send={async (proof) => {
          await sendJson('POST', `/v1/releases/${name}/approval`, { proof });
          setOpened(false);
          onApproved();
        }}
      />
    </div>
  );
}
