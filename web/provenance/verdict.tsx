import { Button, Group, Text } from '@mantine/core';
import { useLocale } from '../app/locale.tsx';
import type { CheckedEvent } from '../verify/chain.ts';
import type { CheckedLog } from '../verify/checked-log.ts';
import type { Fault } from '../verify/fault.ts';
import { forget } from '../verify/memory.ts';
import { EventName } from './event-name.tsx';
import { FaultText } from './fault-text.tsx';
import { LogFacts } from './log-facts.tsx';

type Checked = { log: CheckedLog; events: readonly CheckedEvent[]; faults: readonly Fault[] };
type Tone = 'good' | 'warn' | 'bad';

/** One line that says what the browser found, what failed if anything did, and by which log and key. */
export function Verdict({ checked, again, busy }: { checked: Checked; again: () => void; busy: boolean }) {
  const { t } = useLocale();
  const { log, events, faults } = checked;
  const failed = events.filter((event) => event.state === 'failed');
  const verified = events.filter((event) => event.state === 'verified').length;
  const bad = log.fault !== undefined || failed.length > 0 || faults.length > 0;
  const tone: Tone = bad ? 'bad' : verified === events.length ? 'good' : 'warn';
  const marks = { good: '✓', warn: '○', bad: '✗' };
  return (
    <section className="verdict" data-tone={tone} aria-label={t('provenance')}>
      <div role={bad ? 'alert' : 'status'}>
        <Text fw={600} component="div">
          <span aria-hidden="true">{marks[tone]} </span>
          <Line checked={checked} failed={failed.length} verified={verified} />
        </Text>
        {log.head?.signature === 'unsupported' && <Text size="sm">{t('signatureUnchecked')}</Text>}
        {bad && <Findings log={log} failed={failed} faults={faults} />}
      </div>
      {log.fault !== undefined && log.remembered !== undefined && <TrustAnew again={again} />}
      <LogFacts log={log} />
      <Button variant="default" size="compact-sm" mt="xs" onClick={again} loading={busy}>
        {t('checkAgain')}
      </Button>
    </section>
  );
}

function Line({ checked, failed, verified }: { checked: Checked; failed: number; verified: number }) {
  const { t } = useLocale();
  const { log, events, faults } = checked;
  const count = events.length;
  const size = log.head?.size ?? 0;
  if (log.fault !== undefined) return t('logFailed');
  if (failed > 0) return t('eventsFailed', { failed, count });
  if (faults.length > 0) return t('contradicted');
  if (verified < count) return `${t('someVerified', { verified, count, size })}${t('stop')}${t('nothingFailed')}`;
  return count === 1 ? t('oneVerified', { size }) : t('allVerified', { count, size });
}

function Findings({ log, failed, faults }: { log: CheckedLog; failed: CheckedEvent[]; faults: readonly Fault[] }) {
  const { t } = useLocale();
  const own = failed.flatMap((event) =>
    event.faults.filter((fault) => fault.code !== 'log').map((fault) => ({ event, fault })),
  );
  return (
    <ul className="findings">
      {log.fault !== undefined && (
        <li>
          <FaultText fault={log.fault} />
        </li>
      )}
      {faults.map((fault) => (
        <li key={fault.code}>
          <FaultText fault={fault} />
        </li>
      ))}
      {own.map(({ event, fault }) => (
        <li key={`${event.seq}/${fault.code}`}>
          <a href={`#event-${event.seq}`}>
            <EventName type={event.leaf?.type} />
          </a>
          {t('colon')}
          <FaultText fault={fault} />
        </li>
      ))}
    </ul>
  );
}

function TrustAnew({ again }: { again: () => void }) {
  const { t } = useLocale();
  const trust = (): void => {
    forget(localStorage);
    again();
  };
  return (
    <Group gap="xs" mt="xs">
      <Button
        variant="default"
        size="compact-sm"
        h="auto"
        py={3}
        styles={{ label: { whiteSpace: 'normal', lineHeight: 1.4 } }}
        onClick={trust}
      >
        {t('trustAnew')}
      </Button>
      <Text size="sm">{t('trustAnewNote')}</Text>
    </Group>
  );
}
