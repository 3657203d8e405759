import type { ExclusionCode, Problem } from '../problem.ts';
import type { FinalText } from './final-text.ts';
import type { Decided, History, Reviewed, Scores } from './history.ts';
import type { People } from './people.ts';
import { type RubricRule, type Rules, severityRank } from './rules.ts';

export type Judged = {
  /** Whoever scored the text that is released, with those scores, in the order of the log. */
  readonly scores: readonly { readonly person: string; readonly scores: Scores }[];
  /** True if anybody who judged was enrolled for a demonstration. */
  readonly demo: boolean;
};

export type GateInput = {
  history: History;
  approved: Decided;
  final: FinalText;
  rules: Rules;
  rubric: RubricRule;
  people: People;
};

/** The gate for an approval by reviewers: enough entitled people, one round, one text, no objection left. */
export function reviewersGate(input: GateInput): Judged | Problem[] {
  const { history, approved, rules } = input;
  const before = <T extends { index: number }>(events: readonly T[]): T[] =>
    events.filter((event) => event.index < approved.index);
  const reviews = before(history.reviews).filter((one) => one.trace === approved.trace && one.round === approved.round);
  const problems = reviews.flatMap((review) => reviewProblems(input, review));
  if (
    before(history.cases).some((one) => one.board === 'panel') ||
    isStruck(input) ||
    reviews.some((review) => hasImmediate(rules, review))
  )
    problems.push(problem('panel-missing', 'the policy asks for the panel here, but reviewers approved it'));
  const scores = reviews.map((review) => ({ person: review.reviewer, scores: finalScores(input, review) }));
  for (const one of scores) {
    if (one.scores === undefined)
      problems.push(problem('unconfirmed-edit', `${one.person} did not score the edited text`));
    else problems.push(...scoreProblems(input, one.person, one.scores));
  }
  const entitled = new Set(
    reviews.filter((review) => isEntitled(input, review.reviewer, review.index)).map((one) => one.reviewer),
  );
  if (entitled.size < rules.gate.reviewers)
    problems.push(
      problem(
        'too-few-reviewers',
        `${entitled.size} entitled people reviewed it, the policy asks for ${rules.gate.reviewers}`,
      ),
    );
  if (problems.length > 0) return problems;
  const known = scores.map(({ person, scores }) => ({ person, scores: scores ?? {} })); // none is missing any more
  return {
    scores: known,
    demo: reviews.some((review) => input.people.at(review.reviewer, review.index)?.demo === true),
  };
}

/** The gate for an approval by the panel: quorum, binding vote, members who had not reviewed, final scores. */
export function panelGate(input: GateInput): Judged | Problem[] {
  const { history, approved, rules, people } = input;
  const opened = history.cases.find((one) => one.case === approved.case);
  const decision = history.adjudications.find((one) => one.case === approved.case);
  if (opened === undefined || decision === undefined)
    return [problem('panel-missing', 'the history holds no opened and decided panel case for this approval')];
  const invalid = (text: string): Problem => problem('panel-invalid', text);
  const problems: Problem[] = [];
  const votes = history.votes.filter((vote) => vote.case === approved.case && vote.index < decision.index);
  if (bindingVote(votes, rules.panel.quorum) !== decision.decision)
    problems.push(
      invalid(`the decision "${decision.decision}" does not follow the votes of a panel of ${rules.panel.quorum}`),
    );
  if (decision.decision !== 'accept' && decision.decision !== 'accept-edited')
    problems.push(invalid('the panel did not accept it'));
  if (opened.index > decision.index) problems.push(invalid('it was decided before its case was opened'));
  if (decision.index > approved.index || decision.trace !== approved.trace)
    problems.push(invalid('the decision is not about the approved trace'));
  if (opened.board !== 'panel') problems.push(invalid(`its case was opened for the ${opened.board}`));
  const reviewers = new Set(history.reviews.map((review) => review.reviewer));
  const sat = [
    ...votes.map((vote) => ({ person: vote.member, index: vote.index })),
    { person: decision.chair, index: decision.index },
  ];
  for (const { person, index } of sat) {
    if (reviewers.has(person)) problems.push(invalid(`${person} reviewed this example and sat on its panel`));
    const roles = people.at(person, index)?.roles ?? [];
    if (!roles.includes('panel-chair') && !(roles.includes('panel-member') && person !== decision.chair))
      problems.push(invalid(`${person} was not enrolled for the panel at that time`));
  }
  for (const vote of votes)
    if (!isOwn(vote, vote.member))
      problems.push(invalid(`the vote of ${vote.member} was recorded by ${vote.actor}, who is not named in it`));
  if (!isOwn(decision, decision.chair))
    problems.push(
      invalid(`the decision of ${decision.chair} was recorded by ${decision.actor}, who is not named in it`),
    );
  problems.push(...scoreProblems(input, 'the panel', decision.scores));
  if (problems.length > 0) return problems;
  const demo = sat.some(({ person, index }) => people.at(person, index)?.demo === true);
  return { scores: [{ person: decision.chair, scores: decision.scores }], demo };
}

/** Unanimity of the first ballot or the majority of the second, each once a quorum of different people has voted. */
function bindingVote(votes: History['votes'], quorum: number): string | undefined {
  const count = (ballot: number): [string, number][] => {
    const byMember = new Map(votes.filter((vote) => vote.ballot === ballot).map((vote) => [vote.member, vote.vote]));
    const counts = new Map<string, number>();
    for (const vote of byMember.values()) counts.set(vote, (counts.get(vote) ?? 0) + 1);
    return byMember.size < quorum ? [] : [...counts].sort((a, b) => b[1] - a[1]);
  };
  const first = count(1);
  if (first.length === 1) return first[0]?.[0];
  const [top, next] = first.length === 0 ? [] : count(2);
  return top !== undefined && top[1] > (next?.[1] ?? 0) ? top[0] : undefined;
}

function reviewProblems({ approved, rules, rubric, people, final }: GateInput, review: Reviewed): Problem[] {
  const problems: Problem[] = [];
  if (review.verdict !== 'accept' && review.verdict !== 'accept-with-edits')
    problems.push(problem('verdict', `${review.reviewer} said "${review.verdict}"`));
  if (review.rubricVersion !== rubric.version)
    problems.push(
      problem(
        'rubric-changed',
        `${review.reviewer} scored by version ${review.rubricVersion} of the rubric, the policy has ${rubric.version}`,
      ),
    );
  if (!isOwn(review, review.reviewer))
    problems.push(
      problem(
        'not-entitled',
        `the review of ${review.reviewer} was recorded by ${review.actor}, who is not named in it`,
      ),
    );
  const person = people.at(review.reviewer, review.index);
  if (person === undefined || !person.roles.includes(rubric.role))
    problems.push(problem('not-entitled', `${review.reviewer} was not enrolled as ${rubric.role} at that time`));
  else if (rules.gate.credentialed && !person.credentialed)
    problems.push(problem('not-credentialed', `${review.reviewer} had no checked credential at that time`));
  if (review.edits.length > 0 && review.resultSha256 !== approved.resultSha256)
    problems.push(
      problem('edit-mismatch', `the edit of ${review.reviewer} leads to another text than the approved one`),
    );
  const least = severityRank(rules, rules.gate.noViolationAtOrAbove);
  const worst = review.violations.find((violation) => severityRank(rules, violation.severity) >= least);
  if (final.edits.length === 0 && worst !== undefined)
    problems.push(problem('violation', `${review.reviewer} found a ${worst.severity} violation of ${worst.dimension}`));
  return problems;
}

/** True if a person recorded it, or whoever did is named in it. */
export function isOwn({ actor, importedBy }: { actor: string; importedBy?: string }, person: string): boolean {
  return actor === person || importedBy === actor;
}

export function isEntitled({ rules, rubric, people }: GateInput, account: string, index: number): boolean {
  const person = people.at(account, index);
  return person?.roles.includes(rubric.role) === true && (person.credentialed || !rules.gate.credentialed);
}

/** A reviewer's scores for the text that is released; undefined if an edit was not scored by them. */
function finalScores({ history, approved, final }: GateInput, review: Reviewed): Scores | undefined {
  if (final.edits.length === 0) return review.scores;
  if (review.edits.length > 0) return review.editedScores;
  const ofThisText = history.confirmations.filter((one) => one.resultSha256 === approved.resultSha256);
  return ofThisText.find(
    (one) => one.reviewer === review.reviewer && one.index < approved.index && isOwn(one, one.reviewer),
  )?.scores;
}

export function scoreProblems({ rules, rubric }: GateInput, person: string, scores: Scores): Problem[] {
  const { minimumScore } = rules.gate;
  const problems: Problem[] = [];
  for (const { id, veto } of rubric.criteria) {
    const score = scores[id];
    if (score !== undefined && score >= minimumScore) continue;
    const said = score === undefined ? `${person} gave no score for ${id}` : `${person} gave ${id} ${score}`;
    const weight = veto ? ', a criterion with veto' : '';
    problems.push(problem('score-below-minimum', `${said}; the policy asks for ${minimumScore}${weight}`));
  }
  const unknown = Object.keys(scores).filter((id) => !rubric.criteria.some((criterion) => criterion.id === id));
  if (unknown.length > 0)
    problems.push(problem('rubric-changed', `${person} scored ${unknown.join(', ')}, which the rubric has not`));
  return problems;
}

/** True if the failed rounds before the approval call for the panel. */
export function isStruck({ history, approved, rules }: GateInput): boolean {
  if (!rules.gate.panelWhereStruck) return false;
  const struck = history.strikes.filter((strike) => strike.index < approved.index);
  const counted = rules.strikes.counting === 'consecutive' ? (struck.at(-1)?.consecutive ?? 0) : struck.length;
  return counted >= rules.strikes.limit;
}

export function hasImmediate(rules: Rules, review: Reviewed): boolean {
  const severities = [...review.marks, ...review.violations].map((one) => one.severity);
  return severities.some((severity) => severity !== undefined && rules.strikes.immediate.includes(severity));
}

function problem(code: ExclusionCode, text: string): Problem {
  return { check: 'V11', code, text };
}
