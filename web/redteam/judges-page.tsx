import { Anchor, Stack, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { JudgeGates, JudgeRecord } from '../../src/redteam/judges/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { Tag } from '../ui/tag.tsx';
import { Parts } from './parts.tsx';
import { kindNames, texts } from './texts.ts';

/** All judges, newest first, with the questions whose gate they pass. */
export function JudgesPage() {
  const { say } = useLocale();
  const query = useApi<{ judges: JudgeRecord[] }>('/v1/redteam/judges?limit=100', 30);
  return (
    <Stack gap="sm">
      <Parts title={texts.judges} />
      <Text size="sm">{say(texts.gateNote)}</Text>
      <Loaded query={query}>
        {({ judges }) => (judges.length === 0 ? <Text>{say(texts.noJudges)}</Text> : <Rows judges={judges} />)}
      </Loaded>
    </Stack>
  );
}

function Rows({ judges }: { judges: JudgeRecord[] }) {
  const { say, dateTime } = useLocale();
  const heads = [
    ...(['name', 'kind', 'dataset'] as const).map((key) => say(texts[key])),
    say(texts.attackSuccess),
    say(texts.overRefusal),
    say(texts.made),
  ];
  return (
    <TableFrame label={texts.judges} heads={heads}>
      {judges.map((judge) => (
        <Table.Tr key={judge.id}>
          <Table.Th scope="row" fw={500}>
            <Anchor
              size="sm"
              underline="always"
              renderRoot={(props) => <Link to="/redteam/judges/$judge" params={{ judge: judge.id }} {...props} />}
            >
              <SourceText>{judge.name}</SourceText>
            </Anchor>
          </Table.Th>
          <Table.Td>{say(kindNames[judge.kind] ?? { en: judge.kind, zh: judge.kind })}</Table.Td>
          <Table.Td>
            <SourceText>{judge.dataset}</SourceText>
          </Table.Td>
          <GateCells id={judge.id} />
          <Table.Td>{dateTime(judge.createdAt)}</Table.Td>
        </Table.Tr>
      ))}
    </TableFrame>
  );
}

function GateCells({ id }: { id: string }) {
  const { data } = useApi<JudgeGates>(`/v1/redteam/judges/${id}/gate`);
  return (['attack', 'over-refusal'] as const).map((asks) => (
    <Table.Td key={asks}>{data !== undefined && <GateTag passed={data[asks].passed} />}</Table.Td>
  ));
}

export function GateTag({ passed }: { passed: boolean }) {
  const { say } = useLocale();
  return <Tag tone={passed ? 'good' : 'bad'}>{say(passed ? texts.passed : texts.notPassed)}</Tag>;
}
