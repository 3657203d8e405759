import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { useLocale } from '../app/locale.tsx';
import type { Text } from '../app/messages.ts';
import { SourceText } from '../ui/source-text.tsx';
import { texts } from './texts.ts';
import type { Lease } from './use-lease.ts';

function Notice({ text, children }: { text: Text; children?: ReactNode }) {
  const { say } = useLocale();
  return (
    <div role="alert" className="notice">
      <p>⚠ {say(text)}</p>
      {children}
    </div>
  );
}

/** That the reservation has run out, and the ways on. */
export function LeaseNotice({
  lease,
  onTakeAgain,
  onNext,
}: {
  lease: Lease;
  onTakeAgain: () => void;
  onNext: () => void;
}) {
  const { say } = useLocale();
  if (lease === 'held') return null;
  return (
    <Notice text={lease === 'over' ? texts.leaseOver : texts.leaseLost}>
      <Group gap="xs">
        {lease === 'over' && (
          <Button size="compact-sm" onClick={onTakeAgain}>
            {say(texts.takeAgain)}
          </Button>
        )}
        <Button size="compact-sm" variant="default" onClick={onNext}>
          {say(texts.nextItem)}
        </Button>
      </Group>
    </Notice>
  );
}

/** Why the server did not take the review, in its own words, and the way back to the draft. */
export function RefusedNotice({ message, onGoOn }: { message: string; onGoOn: () => void }) {
  const { say } = useLocale();
  return (
    <Notice text={texts.refused}>
      <p>
        <SourceText lang="en">{message}</SourceText>
      </p>
      <Button size="compact-sm" onClick={onGoOn}>
        {say(texts.goOn)}
      </Button>
    </Notice>
  );
}

/** That another tab shows the same item. */
export function ElsewhereNotice() {
  const { say } = useLocale();
  return (
    <p role="status" className="notice">
      {say(texts.elsewhere)}
    </p>
  );
}
