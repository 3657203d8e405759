import { Table, Text } from '@mantine/core';
import { Fragment } from 'react';
import type { StudyAnalysis } from '../../src/study/report-schema.ts';
import { useLocale } from '../app/locale.tsx';
import { Section } from '../models/section.tsx';
import { percent } from '../quality/format.ts';
import { FigureTable } from '../ui/figure-table.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { Tag } from '../ui/tag.tsx';
import { useFigures } from '../ui/use-figures.ts';
import { ArmsSection } from './arms.tsx';
import { Conduct } from './conduct.tsx';
import { Downloads } from './downloads.tsx';
import { Findings } from './findings.tsx';
import { FlowSection } from './flow.tsx';
import { Forest } from './forest.tsx';
import { Lines } from './plan.tsx';
import { findingNames, texts } from './texts.ts';

/** What a closed study shows: the registered finding first, everything else below it as context. */
export function Analysis({ analysis }: { analysis: StudyAnalysis }) {
  return (
    <>
      <Registered analysis={analysis} />
      <Findings analysis={analysis} />
      <Forest analysis={analysis} />
      <ArmsSection analysis={analysis} />
      <Agreement analysis={analysis} />
      <Conduct conduct={analysis.conduct} />
      <FlowSection flow={analysis.flow} />
      <Blinding blinding={analysis.blinding} />
      {analysis.counterfactual.length > 0 && <Counterfactual analysis={analysis} />}
      <Section id="after" title={texts.after}>
        <Lines lines={analysis.power.after.map((one) => one.text)} />
      </Section>
      <Context analysis={analysis} />
      <Section id="notes" title={texts.notes}>
        <Lines lines={analysis.notes} />
      </Section>
      <Downloads analysis={analysis} />
    </>
  );
}

/** The finding by the registered test and interval, what points elsewhere, and what the plan refused to claim. */
function Registered({ analysis: { primary, elsewhere, conduct, refused } }: { analysis: StudyAnalysis }) {
  const { say } = useLocale();
  const nothing = primary.finding === 'not distinguishable' || primary.finding === 'not shown';
  const more = [
    { title: texts.elsewhere, lines: elsewhere },
    { title: texts.refusedClaims, lines: refused },
  ];
  return (
    <Section id="finding" title={texts.finding} note={texts.findingNote}>
      <div className="study-finding">
        <Tag tone={nothing ? undefined : 'good'}>{say(findingNames[primary.finding])}</Tag>{' '}
        <Tag tone={conduct.followed ? 'good' : 'warn'}>
          {say(conduct.followed ? texts.followed : texts.notFollowed)}
        </Tag>
        <p>
          <SourceText lang="en">{primary.sentence}</SourceText>
        </p>
      </div>
      {more.map(
        ({ title, lines }) =>
          lines.length > 0 && (
            <Fragment key={title.en}>
              <Text size="sm" mt="xs">
                {say(title)}
              </Text>
              <Lines lines={lines} />
            </Fragment>
          ),
      )}
    </Section>
  );
}

/** Every other figure, folded away: none of them decides anything. */
function Context({ analysis: { pairs, overall, sensitivity } }: { analysis: StudyAnalysis }) {
  const { say } = useLocale();
  return (
    <Section id="context" title={texts.allFigures} note={texts.allNote}>
      {pairs.map((pair) => (
        <details key={`${pair.a} ${pair.b}`}>
          <summary>
            <SourceText>{`${pair.a} − ${pair.b}`}</SourceText>
          </summary>
          <FigureTable label={texts.allFigures} figures={pair.results} />
        </details>
      ))}
      <details>
        <summary>{say(texts.overall)}</summary>
        <FigureTable label={texts.overall} figures={overall} />
      </details>
      <details>
        <summary>{say(texts.sensitivity)}</summary>
        <FigureTable label={texts.sensitivity} figures={sensitivity} />
      </details>
    </Section>
  );
}

function Agreement({ analysis: { agreement } }: { analysis: StudyAnalysis }) {
  return (
    <Section id="agreement" title={texts.agreement}>
      <FigureTable
        label={texts.agreement}
        first={texts.axis}
        figures={agreement.flatMap(({ axis, results }) => results.map((result) => ({ ...result, name: axis })))}
      />
      <Lines lines={agreement.flatMap(({ axis, notes }) => notes.map((note) => `${axis}: ${note}`))} />
    </Section>
  );
}

function Counterfactual({ analysis: { counterfactual } }: { analysis: StudyAnalysis }) {
  return (
    <Section id="counterfactual" title={texts.counterfactual} note={texts.counterfactualNote}>
      <FigureTable
        label={texts.counterfactual}
        first={texts.arm}
        figures={counterfactual.map(({ arm, difference }) => ({ ...difference, name: arm }))}
      />
    </Section>
  );
}

function Blinding({ blinding: { recognised, guesses, rightRate } }: { blinding: StudyAnalysis['blinding'] }) {
  const { say } = useLocale();
  const { rate, range } = useFigures();
  return (
    <Section id="blinding" title={texts.blinding}>
      <Text size="sm">{say(texts.recognisedOf, recognised)}</Text>
      <Text size="sm">{say(texts.guessesOf, guesses)}</Text>
      <TableFrame label={texts.blinding} heads={[say(texts.rightRate), say(texts.interval)]}>
        <Table.Tr>
          <Table.Td>{rate(rightRate)}</Table.Td>
          <Table.Td>
            {rightRate.ci95 === null ? '–' : `${range(rightRate.ci95, rightRate.n)} (${percent(0.95)} %)`}
          </Table.Td>
        </Table.Tr>
      </TableFrame>
    </Section>
  );
}
