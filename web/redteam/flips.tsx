import { Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { ExamplePage } from '../../src/redteam/reports/formats/item-schema.ts';
import type { ComparedPair, Flip, Side } from '../../src/redteam/reports/run-comparison-schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { useNames } from '../app/names.ts';
import { holds, useMe } from '../app/who.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Quoted } from '../ui/quoted.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { Tag } from '../ui/tag.tsx';
import { outcomeTones } from './example.tsx';
import { changeNames, outcomeNames, texts } from './texts.ts';

const most = 200;

/** Every request whose verdict changed, with both replies for those who work with attacks. */
export function Flips({ pair }: { pair: ComparedPair }) {
  const { say } = useLocale();
  const names = useNames();
  const { data: me } = useMe();
  const reads = holds(me, 'red-teamer', 'auditor', 'engineer');
  const { flips } = pair;
  const heads = (['probe', 'change', 'before1', 'after', 'dimension', 'strategy'] as const).map((key) =>
    say(texts[key]),
  );
  return (
    <>
      <Title order={4} size="h6" mt="xs">
        {say(texts.flips)}
      </Title>
      {flips.length === 0 ? (
        <Text size="sm">{say(texts.noFlips)}</Text>
      ) : (
        <TableFrame label={texts.flips} heads={heads}>
          {flips.slice(0, most).map((flip) => (
            <Table.Tr key={`${flip.probe} ${flip.variant}`}>
              <Table.Th scope="row" fw={500}>
                <SourceText>{flip.probe}</SourceText>{' '}
                {say(flip.variant === 'probe' ? texts.variantProbe : texts.variantTwin)}
                {reads && <BothReplies pair={pair} flip={flip} />}
              </Table.Th>
              <Table.Td>
                <Tag tone={flip.change === 'worse' ? 'bad' : flip.change === 'better' ? 'good' : undefined}>
                  {say(changeNames[flip.change])}
                </Tag>
              </Table.Td>
              <Table.Td>
                <Tag tone={outcomeTones[flip.a]}>{say(outcomeNames[flip.a])}</Tag>
              </Table.Td>
              <Table.Td>
                <Tag tone={outcomeTones[flip.b]}>{say(outcomeNames[flip.b])}</Tag>
              </Table.Td>
              <Table.Td>{names.dimension(flip.dimension)}</Table.Td>
              <Table.Td>{names.strategy(flip.strategy)}</Table.Td>
            </Table.Tr>
          ))}
        </TableFrame>
      )}
      {flips.length > most && <Text size="sm">{say(texts.shownFlips, { shown: most, total: flips.length })}</Text>}
    </>
  );
}

function BothReplies({ pair, flip }: { pair: ComparedPair; flip: Flip }) {
  const { say } = useLocale();
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{say(texts.read)}</summary>
      {open && (
        <div className="replies">
          <OneReply side={pair.a} flip={flip} request />
          <OneReply side={pair.b} flip={flip} />
        </div>
      )}
    </details>
  );
}

function OneReply({ side, flip, request = false }: { side: Side; flip: Flip; request?: boolean }) {
  const { probe, variant, language } = flip;
  const search = new URLSearchParams({ target: side.target, probe, variant, limit: '1' });
  const query = useApi<ExamplePage>(`/v1/redteam/campaigns/${side.campaign}/examples?${search}`);
  return (
    <div>
      <Loaded query={query}>
        {({ items: [item] }) => (
          <>
            <Text size="xs" c="dimmed">
              <SourceText>{`${side.name} · ${side.target}`}</SourceText>
            </Text>
            {request && <Quoted title={texts.request} text={item?.prompt} lang={language} />}
            <Quoted title={texts.reply} text={item?.reply?.failure ?? item?.reply?.text} lang={language} />
            <Quoted title={texts.reason} text={item?.judgment?.reason} lang="en" />
          </>
        )}
      </Loaded>
    </div>
  );
}
