import type { ReactNode } from 'react';

export type Tone = 'good' | 'bad' | 'warn' | 'busy';

/** A short word with a colour; the colour never says more than the word. */
export function Tag({ tone, children }: { tone?: Tone | undefined; children: ReactNode }) {
  return (
    <span className="tag" data-tone={tone}>
      {children}
    </span>
  );
}
