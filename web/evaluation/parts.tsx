import type { Text } from '../app/messages.ts';
import { Parts as AreaParts } from '../ui/parts.tsx';
import './evaluation.css';
import { texts } from './texts.ts';

const parts = [
  { to: '/evaluations', text: texts.title },
  { to: '/evaluations/leaderboard', text: texts.leaderboard },
  { to: '/evaluations/compare', text: texts.compare },
  { to: '/evaluations/history', text: texts.history },
] as const;

/** The heading of a page of evaluation, with the way to its other parts. */
export function Parts({ title }: { title: Text }) {
  return <AreaParts area={texts.parts} parts={parts} title={title} />;
}
