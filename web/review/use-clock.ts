import { useEffect, useState } from 'react';

/** Renders again every so many milliseconds, for what shows a time that passes. */
export function useClock(everyMs: number): void {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
}
