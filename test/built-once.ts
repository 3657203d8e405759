import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Has something built in whichever process of the suite asks for it first, while the others wait. `place` is a folder that
 * the builder gets empty; where building fails it fails for all.
 */
export async function builtOnce(place: string, build: () => Promise<void>): Promise<void> {
  const done = `${place}.done`;
  const failed = `${place}.failed`;
  const mine = await mkdir(place).then(
    () => true,
    () => false,
  );
  if (!mine) {
    while (!existsSync(done) && !existsSync(failed)) await sleep(100);
    if (existsSync(failed)) throw new Error(await readFile(failed, 'utf8'));
    return;
  }
  try {
    await build();
    await writeFile(done, '');
  } catch (error) {
    await writeFile(failed, `${place} was not built: ${error}`);
    throw error;
  }
}
