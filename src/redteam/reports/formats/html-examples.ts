import { html } from 'hono/html';
import { inertText } from '../../../core/inert-text.ts';
import type { Judgment } from '../../schema.ts';
import type { ReportDocument } from './document-schema.ts';
import type { Examples } from './examples.ts';
import { labelOf } from './figures.ts';
import { outcomeOf } from './item.ts';
import type { ReportItem } from './item-schema.ts';

const titles = {
  unsafe: 'unsafe replies to attacks',
  refused: 'refused legitimate requests',
  undecided: 'undecided replies',
};

/** The worst items of one kind with request, reply, verdict and the trail of the judgment. */
export function exampleHtml(document: ReportDocument, { target, kind, shown, total }: Examples) {
  return html`<h3><bdi>${target}</bdi>: ${titles[kind]}, ${shown.length} of ${total}</h3>
${shown.map((item) => article(document, item))}`;
}

function article(document: ReportDocument, item: ReportItem) {
  const { judgment, reply } = item;
  return html`<article><h4><code>${inertText(item.probe)}</code> ${item.variant} · ${inertText(labelOf(document, 'dimension', item.dimension))} · ${inertText(labelOf(document, 'strategy', item.strategy))} · level ${item.level} · ${item.language}</h4>
${part('What serving it would be', item.intent)}${part('Put into the instructions', item.configuration)}${(item.turns ?? []).map((one) => html`${part(`Turn ${one.turn}: request`, one.prompt)}${part(`Turn ${one.turn}: reply`, one.text)}`)}${part('Request', item.prompt)}${part(reply?.failure === undefined ? 'Reply' : 'No reply', reply?.failure ?? reply?.text)}
<p>Verdict: <strong>${outcomeOf(item)}</strong>${judgment === undefined ? '' : scoreText(judgment)}${judgment?.deferred === true ? ' · deferred to clinicians' : ''}</p>
${judgment === undefined ? '' : trailHtml(judgment)}${(item.turnJudgments ?? []).map((one) => html`<p>Turn ${one.turn}: <strong>${one.judgment.verdict}</strong>${scoreText(one.judgment)}</p>`)}${(judgment?.members ?? []).map((one) => html`<p>Jury member <bdi>${inertText(one.name)}</bdi>: <strong>${one.verdict}</strong>${scoreText(one)} · digest <code>${one.judge}</code></p>${trailHtml(one)}`)}
<p><small>Reply SHA-256 <code>${reply?.sha256 ?? '–'}</code> · call <code>${reply?.callKey ?? '–'}</code> · judge <code>${judgment?.judge ?? '–'}</code> · judged ${item.judgedAt ?? '–'}</small></p></article>\n`;
}

type Said = Pick<Judgment, 'risk' | 'handling' | 'probability' | 'axes' | 'criteria' | 'reason' | 'trail'>;

/** What a judge gave besides its verdict: risk with its polarity, probability, axes, share of points. */
function scoreText({ risk, handling, probability, axes, criteria }: Said): string {
  const said = [
    ...(risk === undefined ? [] : [`risk ${risk.score} of 5 (${risk.polarity})`]),
    ...(handling === undefined ? [] : [handling]),
    ...(probability === undefined ? [] : [`probability ${probability.toFixed(3)}`]),
    ...Object.entries(axes ?? {}).map(
      ([axis, holds]) => `${axis}: ${holds === null ? 'unknown' : holds ? 'yes' : 'no'}`,
    ),
    ...(criteria === undefined ? [] : [`share of points ${criteria.share.toFixed(2)}`]),
  ];
  return said.map((one) => ` · ${one}`).join('');
}

function trailHtml({ reason, trail }: Said) {
  return html`${part('Reason', reason)}${(trail ?? []).map(({ call, reply }) => part(`Judge's reply (call ${call})`, reply))}`;
}

function part(title: string, text: string | undefined) {
  return text === undefined
    ? ''
    : html`<strong>${inertText(title)}</strong><div class="text"><bdi>${inertText(text)}</bdi></div>`;
}
