import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Hypothesis, StudyArm, StudyContrast, StudyOutcome } from '../../src/study/design-schema.ts';
import type { Study } from '../../src/study/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { Section } from '../models/section.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { texts } from './texts.ts';

/** Who answers what, who rates it how, and what was fixed before the first rating. */
export function Design({ study }: { study: Study }) {
  return (
    <>
      <Section id="design" title={texts.design}>
        <Arms study={study} />
        <Facts study={study} />
      </Section>
      <Section id="registration" title={texts.registration}>
        <Registered study={study} />
      </Section>
    </>
  );
}

function Arms({ study: { design } }: { study: Study }) {
  const { say, number } = useLocale();
  const heads = (['arm', 'kind', 'people'] as const).map((key) => say(texts[key]));
  return (
    <TableFrame label={texts.arms} heads={heads}>
      {design.arms.map((arm) => (
        <Table.Tr key={arm.id}>
          <Table.Th scope="row" fw={500}>
            <SourceText>{arm.id}</SourceText>
          </Table.Th>
          <Table.Td>
            <ArmKind arm={arm} />
          </Table.Td>
          <Table.Td>{number(arm.people)}</Table.Td>
        </Table.Tr>
      ))}
    </TableFrame>
  );
}

function ArmKind({ arm }: { arm: StudyArm }) {
  const { say } = useLocale();
  switch (arm.kind) {
    case 'model':
      return (
        <>
          {say(texts.model)} <SourceText>{arm.ref}</SourceText>
        </>
      );
    case 'resident':
      return say(texts.resident, { year: arm.year });
    default:
      return say(texts.attending);
  }
}

function Facts({ study: { design, axes } }: { study: Study }) {
  const { say, number } = useLocale();
  const { vignettes, raters, style, seed } = design;
  const pairs = vignettes.filter((one) => one.pair?.side === 'base').length;
  return (
    <dl className="scores">
      <Fact name={say(texts.vignettes)}>{number(vignettes.length)}</Fact>
      <Fact name={say(texts.pairs)}>{number(pairs)}</Fact>
      <Fact name={say(texts.perResponse)}>{number(raters.perResponse)}</Fact>
      <Fact name={say(texts.axes)}>
        <span translate="no">{axes.map((axis) => say(axis.name)).join(' · ')}</span>
      </Fact>
      <Fact name={say(texts.style)}>{say(style === 'normalised' ? texts.normalised : texts.asWritten)}</Fact>
      <Fact name={say(texts.seed)}>
        <span translate="no">{seed}</span>
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Registered({ study: { design } }: { study: Study }) {
  const { say, number } = useLocale();
  const { registration } = design;
  const { secondary, assumptions } = registration;
  const rows: [string, ReactNode][] = [
    [say(texts.outcome), <Outcome key="o" outcome={registration.outcome} />],
    [say(texts.contrast), <Contrast key="c" contrast={registration.contrast} />],
    [say(texts.hypothesis), <Claim key="h" hypothesis={registration.hypothesis} />],
    [say(texts.test), <SourceText key="t">{registration.test}</SourceText>],
    [say(texts.interval), <SourceText key="i">{`${registration.interval} (${registration.tieRule})`}</SourceText>],
    [say(texts.alpha), number(registration.alpha)],
    [
      say(texts.secondary),
      secondary.map(({ contrast, outcome }) => (
        <div key={`${contrast.a} ${contrast.b} ${JSON.stringify(outcome)}`}>
          <Contrast contrast={contrast} /> · <Outcome outcome={outcome} />
        </div>
      )),
    ],
    [say(texts.exclusions), <Exclusions key="e" study={design.registration.exclusions} />],
    [
      say(texts.assumptions),
      say(texts.assumed, { difference: String(assumptions.difference), sd: String(assumptions.sd) }),
    ],
  ];
  return (
    <TableFrame label={texts.registration} heads={[say(texts.panel), say(texts.value)]}>
      {rows.map(([name, value]) => (
        <Table.Tr key={name}>
          <Table.Th scope="row" fw={500}>
            {name}
          </Table.Th>
          <Table.Td>{value}</Table.Td>
        </Table.Tr>
      ))}
    </TableFrame>
  );
}

function Exclusions({
  study: { recognised, minimumSeconds, other },
}: {
  study: Study['design']['registration']['exclusions'];
}) {
  const { say } = useLocale();
  const rules = [
    ...(recognised ? [say(texts.exRecognised)] : []),
    ...(minimumSeconds === undefined ? [] : [say(texts.exSeconds, { seconds: minimumSeconds })]),
  ];
  if (rules.length + other.length === 0) return say(texts.noExclusions);
  return (
    <>
      {rules.join(' · ')} <SourceText>{other.join(' · ')}</SourceText>
    </>
  );
}

/** Two arms, the second taken from the first. */
export function Contrast({ contrast: { a, b } }: { contrast: StudyContrast }) {
  return <SourceText>{`${a} − ${b}`}</SourceText>;
}

export function Outcome({ outcome }: { outcome: StudyOutcome }) {
  const { say } = useLocale();
  switch (outcome.of) {
    case 'total':
      return say(texts.total);
    case 'axis':
      return <span translate="no">{say(texts.axisOf, { axis: outcome.axis })}</span>;
    default:
      return say(texts.passOf, { threshold: String(outcome.threshold) });
  }
}

export function Claim({ hypothesis }: { hypothesis: Hypothesis }) {
  const { say } = useLocale();
  if (hypothesis.claim === 'difference') return say(texts.difference);
  const text = hypothesis.claim === 'equivalence' ? texts.equivalence : texts.nonInferiority;
  return say(text, { margin: String(hypothesis.margin) });
}
