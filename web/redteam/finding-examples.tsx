import type { Finding } from '../../src/redteam/findings/schema.ts';
import type { ReportDocument } from '../../src/redteam/reports/formats/document-schema.ts';
import type { ExamplePage } from '../../src/redteam/reports/formats/item-schema.ts';
import { useApi } from '../app/api.ts';
import { Section } from '../models/section.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Example } from './example.tsx';
import { texts } from './texts.ts';

const most = 20;

/** The replies that the finding is about, for those who work with attacks. */
export function FindingExamples({ finding }: { finding: Finding }) {
  const document = useApi<ReportDocument>(`/v1/redteam/campaigns/${finding.campaign}/document`);
  return (
    <Section id="examples" title={texts.examples} note={texts.examplesNote}>
      <Loaded query={document}>
        {(found) =>
          finding.probes
            .slice(0, most)
            .map((probe) => <OneExample key={probe} finding={finding} probe={probe} document={found} />)
        }
      </Loaded>
    </Section>
  );
}

function OneExample({ finding, probe, document }: { finding: Finding; probe: string; document: ReportDocument }) {
  const search = new URLSearchParams({ target: finding.target, probe, variant: finding.variant, limit: '1' });
  const query = useApi<ExamplePage>(`/v1/redteam/campaigns/${finding.campaign}/examples?${search}`);
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.map((item) => <Example key={`${item.probe} ${item.variant}`} item={item} document={document} />)
      }
    </Loaded>
  );
}
