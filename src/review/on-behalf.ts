import type { Context } from '../context/context.ts';

/** Says in an event that somebody else recorded what a person did; nothing where the person did it here. */
export function onBehalf(ctx: Context, person: string): { importedBy?: string } {
  return ctx.actor.id === person ? {} : { importedBy: ctx.actor.id };
}
