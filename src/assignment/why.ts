import type { Why } from './schema.ts';

type Reasons = {
  track: string;
  language: string;
  specialty?: string;
  overlap: number;
  raised: boolean;
  priority: number;
  reviewer: { languages: string[]; specialties: string[] };
};

/** What led the queue to this choice, in the order in which it weighs. Says nothing of what others did with the item. */
export function why(place: Reasons): Why[] {
  const { reviewer, specialty } = place;
  const field: Why =
    specialty !== undefined && reviewer.specialties.includes(specialty)
      ? { code: 'specialty', value: specialty }
      : { code: 'any-specialty', ...(specialty === undefined ? {} : { value: specialty }) };
  return [
    { code: 'track', value: place.track },
    ...(place.priority > 0 ? [{ code: 'priority' as const, value: String(place.priority) }] : []),
    ...(reviewer.languages.includes(place.language) ? [{ code: 'language' as const, value: place.language }] : []),
    field,
    { code: place.raised ? 'raised' : 'overlap', value: String(place.overlap) },
  ];
}
