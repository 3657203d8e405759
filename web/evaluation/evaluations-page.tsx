import { Anchor, Stack, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { EvaluationList, ListedEvaluation } from '../../src/evaluation/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { Tag } from '../ui/tag.tsx';
import { Parts } from './parts.tsx';
import { texts } from './texts.ts';

/** All evaluations, newest first, with how far they are. */
export function EvaluationsPage() {
  const { say } = useLocale();
  const query = useApi<EvaluationList>('/v1/evaluations?limit=100', 15);
  return (
    <Stack gap="sm">
      <Parts title={texts.title} />
      <Loaded query={query}>
        {({ evaluations }) =>
          evaluations.length === 0 ? (
            <Text>
              {say(texts.none)} <code translate="no">safemed eval run</code>
            </Text>
          ) : (
            <Rows evaluations={evaluations} />
          )
        }
      </Loaded>
    </Stack>
  );
}

function Rows({ evaluations }: { evaluations: ListedEvaluation[] }) {
  const { say, dateTime } = useLocale();
  const heads = (['begun', 'state', 'progress', 'targets', 'sets', 'method'] as const).map((key) => say(texts[key]));
  return (
    <TableFrame label={texts.title} heads={heads}>
      {evaluations.map((one) => (
        <Table.Tr key={one.id}>
          <Table.Th scope="row" fw={500}>
            <Anchor
              size="sm"
              underline="always"
              renderRoot={(props) => <Link to="/evaluations/$evaluation" params={{ evaluation: one.id }} {...props} />}
            >
              {dateTime(one.createdAt)} <span translate="no">{one.id.slice(0, 8)}</span>
            </Anchor>
          </Table.Th>
          <Table.Td>
            <StateTag complete={one.completedAt !== undefined} />
          </Table.Td>
          <Table.Td>
            <Progress of={one} />
          </Table.Td>
          <Table.Td>
            <SourceText>{one.targets.join(', ')}</SourceText>
          </Table.Td>
          <Table.Td>
            <SourceText>{one.sets.join(', ')}</SourceText>
          </Table.Td>
          <Table.Td>{say(texts[one.settings.method])}</Table.Td>
        </Table.Tr>
      ))}
    </TableFrame>
  );
}

export function StateTag({ complete }: { complete: boolean }) {
  const { say } = useLocale();
  return <Tag tone={complete ? 'good' : 'busy'}>{say(complete ? texts.complete : texts.running)}</Tag>;
}

function Progress({ of: { done, total, completedAt } }: { of: ListedEvaluation }) {
  const { say } = useLocale();
  const text = say(texts.progressOf, { done, total });
  if (completedAt !== undefined) return <span className="number">{text}</span>;
  return (
    <>
      <progress max={total} value={done} aria-label={say(texts.progress)} /> <span className="number">{text}</span>
    </>
  );
}
