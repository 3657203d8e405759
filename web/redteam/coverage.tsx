import { Table } from '@mantine/core';
import type { Coverage } from '../../src/redteam/probes/schema.ts';
import type { ProfileNames } from '../../src/server/profile-schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Section } from '../models/section.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { texts } from './texts.ts';

/** How many held-out probes there are of each dimension and strategy of the profile. */
export function CoverageSection() {
  const coverage = useApi<Coverage>('/v1/redteam/coverage', 60);
  const names = useApi<ProfileNames>('/v1/profile');
  return (
    <Section id="coverage" title={texts.coverage}>
      <Loaded query={names}>
        {(profile) => <Loaded query={coverage}>{(found) => <Matrix coverage={found} profile={profile} />}</Loaded>}
      </Loaded>
    </Section>
  );
}

function Matrix({ coverage, profile }: { coverage: Coverage; profile: ProfileNames }) {
  const { say, number } = useLocale();
  const { probes, twins, gaps, cells } = coverage;
  const count = (dimension: string, strategy: string): number =>
    cells
      .filter((cell) => cell.dimension === dimension && cell.strategy === strategy)
      .reduce((sum, cell) => sum + cell.n, 0);
  const heads = [say(texts.dimension), ...profile.strategies.map((one) => say(one.name))];
  return (
    <>
      <p>{say(texts.coverageNote, { probes, twins, gaps: gaps.length })}</p>
      <TableFrame label={texts.coverage} heads={heads} className="coverage">
        {profile.dimensions.map(({ code, name }) => (
          <Table.Tr key={code}>
            <Table.Th scope="row" fw={500}>
              <SourceText>{code}</SourceText> {say(name)}
            </Table.Th>
            {profile.strategies.map((strategy) => {
              const n = count(code, strategy.code);
              return (
                <Table.Td key={strategy.code} data-gap={n === 0}>
                  {n === 0 ? say(texts.gap) : number(n)}
                </Table.Td>
              );
            })}
          </Table.Tr>
        ))}
      </TableFrame>
    </>
  );
}
