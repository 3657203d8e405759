import { Anchor, Table } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { EvaluationReport, SetFigures } from '../../src/evaluation/report-schema.ts';
import type { AnswerState, QuestionProblem } from '../../src/evaluation/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { Section } from '../models/section.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { states } from './listing.ts';
import { answerStates, problemNames, texts } from './texts.ts';

/** How many replies of each model and set ended in each state; each number leads to its replies. */
export function States({ report: { evaluation, models } }: { report: EvaluationReport }) {
  const { say } = useLocale();
  const sets = Object.values(models).flatMap((model) => model.sets);
  const used = states.filter((state) => state !== 'open' || sets.some((set) => set.states.open > 0));
  const heads = [
    say(texts.model),
    say(texts.set),
    ...used.map((state) => say(answerStates[state])),
    ...(['truncated', 'waiting', 'unscorable'] as const).map((key) => say(texts[key])),
  ];
  return (
    <Section id="states" title={texts.states} note={texts.statesNote}>
      <TableFrame label={texts.states} heads={heads}>
        {Object.entries(models).flatMap(([name, model]) =>
          model.sets.map((set, index) => (
            <Table.Tr key={`${name} ${set.name}`}>
              {index === 0 && (
                <Table.Th scope="rowgroup" rowSpan={model.sets.length} fw={500}>
                  <SourceText>{name}</SourceText>
                </Table.Th>
              )}
              <Table.Td>
                <SourceText>{set.name}</SourceText>
              </Table.Td>
              {used.map((state) => (
                <Table.Td key={state}>
                  <Count evaluation={evaluation.id} target={name} set={set} state={state} />
                </Table.Td>
              ))}
              <Numbers set={set} />
            </Table.Tr>
          )),
        )}
      </TableFrame>
      <Rules models={models} />
    </Section>
  );
}

function Count({
  evaluation,
  target,
  set,
  state,
}: {
  evaluation: string;
  target: string;
  set: SetFigures;
  state: AnswerState;
}) {
  const { number } = useLocale();
  const count = set.states[state];
  if (count === 0) return number(0);
  return (
    <Anchor
      size="sm"
      underline="always"
      renderRoot={(props) => (
        <Link
          to="/evaluations/$evaluation/items"
          params={{ evaluation }}
          search={{ target, set: set.name, state }}
          {...props}
        />
      )}
    >
      {number(count)}
    </Anchor>
  );
}

function Numbers({ set }: { set: SetFigures }) {
  const { say, number } = useLocale();
  const problems = Object.entries(set.unscorable) as [QuestionProblem, number][]; // a record over the schema's own codes
  return (
    <>
      <Table.Td>{number(set.truncated)}</Table.Td>
      <Table.Td>{number(set.missing)}</Table.Td>
      <Table.Td>
        {problems.length === 0
          ? number(0)
          : problems.map(([problem, n]) => `${say(problemNames[problem])} ${number(n)}`).join(' · ')}
      </Table.Td>
    </>
  );
}

/** How often each rule decided, over all models and sets. */
function Rules({ models }: { models: EvaluationReport['models'] }) {
  const { say } = useLocale();
  const totals = new Map<string, number>();
  for (const { sets } of Object.values(models))
    for (const { rules } of sets)
      for (const [rule, n] of Object.entries(rules)) totals.set(rule, (totals.get(rule) ?? 0) + n);
  if (totals.size === 0) return null;
  return (
    <details>
      <summary>{say(texts.rules)}</summary>
      <ul className="findings">
        {[...totals]
          .sort(([, a], [, b]) => b - a)
          .map(([rule, count]) => (
            <li key={rule}>
              <code translate="no">{rule}</code> {say(texts.times, { count })}
            </li>
          ))}
      </ul>
    </details>
  );
}
