export type StopFilter = {
  /** Takes more text; returns what is certain to precede any stop string. */
  push(text: string): string;
  /** What was held back, when the reply ended by itself. */
  rest(): string;
  readonly stopped: boolean;
};

/** Passes text on until one of the stop strings appears; holds back whatever may be the beginning of one. */
export function createStopFilter(stops: readonly string[]): StopFilter {
  let held = '';
  let stopped = false;
  return {
    push: (text) => {
      if (stopped) return '';
      held += text;
      const found = stops.map((stop) => held.indexOf(stop)).filter((at) => at >= 0);
      stopped = found.length > 0;
      const length = stopped ? Math.min(...found) : held.length - possibleStart(held, stops);
      const certain = held.slice(0, length);
      held = stopped ? '' : held.slice(length);
      return certain;
    },
    rest: () => {
      const text = held;
      held = '';
      return text;
    },
    get stopped() {
      return stopped;
    },
  };
}

/** Length of the longest end of the text with which a stop string begins. */
function possibleStart(text: string, stops: readonly string[]): number {
  const longest = Math.max(0, ...stops.map((stop) => stop.length - 1));
  for (let length = Math.min(longest, text.length); length > 0; length--)
    if (stops.some((stop) => stop.startsWith(text.slice(-length)))) return length;
  return 0;
}
