import type { Text } from '../app/messages.ts';
import { Parts as AreaParts } from '../ui/parts.tsx';
import { findingTexts } from './finding-texts.ts';
import './redteam.css';
import { texts } from './texts.ts';

const parts = [
  { to: '/redteam', text: texts.campaigns },
  { to: '/redteam/findings', text: findingTexts.findings },
  { to: '/redteam/judges', text: texts.judges },
  { to: '/redteam/compare', text: texts.compare },
] as const;

/** The heading of a page of the red team, with the way to its other parts. */
export function Parts({ title }: { title: Text }) {
  return <AreaParts area={texts.parts} parts={parts} title={title} />;
}
