import type { Problem } from '../problem.ts';
import { type GateInput, hasImmediate, isEntitled, isOwn, isStruck, type Judged, scoreProblems } from './gate.ts';

/**
 * The gate for an approval by an adjudicator: enough entitled people reviewed the round, nothing in it calls for the
 * panel, and one enrolled adjudicator who did not review it decided, with scores that reach the policy's minimum.
 */
export function adjudicatorGate(input: GateInput): Judged | Problem[] {
  const { history, approved, rules, people } = input;
  const opened = history.cases.find((one) => one.case === approved.case);
  const decision = history.adjudications.find((one) => one.case === approved.case);
  if (opened === undefined || decision === undefined)
    return [problem('adjudication-invalid', 'the history holds no opened and decided case for this approval')];
  const problems: Problem[] = [];
  const invalid = (text: string): number => problems.push(problem('adjudication-invalid', text));
  if (opened.board !== 'adjudicator') invalid(`its case was opened for the ${opened.board}`);
  if (decision.decision !== 'accept' && decision.decision !== 'accept-edited')
    invalid('the adjudicator did not accept it');
  if (opened.index > decision.index) invalid('it was decided before its case was opened');
  if (decision.index > approved.index || decision.trace !== approved.trace)
    invalid('the decision is not about the approved trace');
  const { chair: person, index } = decision;
  const enrolled = people.at(person, index);
  if (enrolled?.roles.includes('adjudicator') !== true)
    invalid(`${person} was not enrolled as adjudicator at that time`);
  else if (rules.gate.credentialed && !enrolled.credentialed)
    problems.push(problem('not-credentialed', `${person} had no checked credential at that time`));
  if (history.reviews.some((review) => review.reviewer === person))
    invalid(`${person} reviewed this example and adjudicated it`);
  if (!isOwn(decision, person))
    invalid(`the decision of ${person} was recorded by ${decision.actor}, who is not named in it`);
  const reviews = history.reviews.filter(
    (one) => one.index < decision.index && one.trace === approved.trace && one.round === approved.round,
  );
  const panels = history.cases.some((one) => one.board === 'panel' && one.index < approved.index);
  if (panels || isStruck(input) || reviews.some((review) => hasImmediate(rules, review)))
    problems.push(problem('panel-missing', 'the policy asks for the panel here, but an adjudicator approved it'));
  const entitled = new Set(
    reviews
      .filter((review) => isOwn(review, review.reviewer) && isEntitled(input, review.reviewer, review.index))
      .map((one) => one.reviewer),
  );
  if (entitled.size < rules.gate.reviewers)
    problems.push(
      problem(
        'too-few-reviewers',
        `${entitled.size} entitled people reviewed it, the policy asks for ${rules.gate.reviewers}`,
      ),
    );
  problems.push(...scoreProblems(input, 'the adjudicator', decision.scores));
  if (problems.length > 0) return problems;
  const judged = [...reviews.map((one) => people.at(one.reviewer, one.index)), enrolled];
  return { scores: [{ person, scores: decision.scores }], demo: judged.some((one) => one?.demo === true) };
}

function problem(code: Problem['code'], text: string): Problem {
  return { check: 'V11', code, text };
}
