import { Text } from '@mantine/core';
import { SignatureLine } from '../account/signature-line.tsx';
import { useLocale } from '../app/locale.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { type Data, numberAt, numbersAt, objectAt, textAt } from '../verify/fields.ts';
import { Excluded } from './release-facts.tsx';

/** What one of a release's signed events says. */
export function ReleaseContents({ type, data }: { type: string | undefined; data: Data }) {
  if (type === 'policy.published') return <PolicyContents data={data} />;
  if (type === 'gate.decided') return <GateContents data={data} />;
  return <SealContents data={data} />;
}

function PolicyContents({ data }: { data: Data }) {
  const { t } = useLocale();
  const [profile, gate] = [objectAt(data, 'profile'), objectAt(data, 'gate')];
  const [count, score] = [numberAt(gate, 'reviewers'), numberAt(gate, 'minimumScore')];
  return (
    <Text size="sm">
      <SourceText>{[textAt(profile, 'id'), textAt(profile, 'version')].filter(Boolean).join(' ')}</SourceText>
      {count !== undefined && score !== undefined && ` · ${t('gateReviewers', { count, score })}`}
    </Text>
  );
}

function GateContents({ data }: { data: Data }) {
  const { t } = useLocale();
  const [passed, candidates] = [numberAt(data, 'passed'), numberAt(data, 'candidates')];
  const excluded = numbersAt(data, 'excluded');
  return (
    <>
      {passed !== undefined && candidates !== undefined && (
        <Text size="sm">{t('passedGate', { passed, candidates })}</Text>
      )}
      {Object.keys(excluded).length > 0 && <Excluded counts={excluded} />}
      <People data={data} />
      <SignatureLine signature={objectAt(data, 'signature')} />
    </>
  );
}

function SealContents({ data }: { data: Data }) {
  const { t, number } = useLocale();
  const counts = numbersAt(data, 'counts');
  return (
    <>
      <dl className="scores">
        {(['rows', 'train', 'validation', 'preferences'] as const).map((key) => (
          <div key={key}>
            <dt>{t(key)}</dt>
            <dd>{number(counts[key] ?? 0)}</dd>
          </div>
        ))}
      </dl>
      <People data={data} />
    </>
  );
}

function People({ data }: { data: Data }) {
  const { t } = useLocale();
  return (
    <dl className="scores">
      {(['createdBy', 'approvedBy'] as const).map((key) => (
        <div key={key}>
          <dt>{t(key === 'createdBy' ? 'preparedBy' : 'approvedBy')}</dt>
          <dd>
            <SourceText>{textAt(data, key) ?? '?'}</SourceText>
          </dd>
        </div>
      ))}
    </dl>
  );
}
