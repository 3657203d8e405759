import { readFile } from 'node:fs/promises';
import { AppError, messageOf } from '../core/error.ts';

/** The parsed lines of a JSON Lines file with their numbers; a line that is not JSON is told with its number. */
export async function readJsonLines(file: string): Promise<{ line: number; value: unknown }[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new AppError('invalid_input', `${file} cannot be read: ${messageOf(error)}. Check the path.`, {
      cause: error,
    });
  }
  return text.split('\n').flatMap((content, index) => {
    if (content.trim() === '') return [];
    try {
      return [{ line: index + 1, value: JSON.parse(content) as unknown }];
    } catch (error) {
      throw new AppError(
        'invalid_input',
        `${file}:${index + 1}: not JSON (${messageOf(error)}). Nothing was imported.`,
        {
          cause: error,
        },
      );
    }
  });
}
