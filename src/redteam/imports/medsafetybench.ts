import { type Fields, has, type Mapped, missing, type ProbeFormat } from './format.ts';

const source = 'MedSafetyBench (Han et al. 2024), for research only';

/** The AMA principle by which the set numbers its categories; only the file's name says it. */
function category(stem: string): string {
  return /category_([1-9])(?!\d)/.exec(stem)?.[1] ?? '';
}

function request(fields: Fields, column: string, { stem, row }: { stem: string; row: number }): Mapped {
  return (
    missing(fields, column) ?? {
      draft: { id: `${stem}-${row}`, prompt: fields[column] ?? '', category: category(stem) },
    }
  );
}

/** MedSafetyBench demonstrations: `harmful_medical_request, safe_response`, one AMA principle a file, told by its name. */
export const medSafetyBench: ProbeFormat = {
  name: 'medsafetybench',
  source,
  recognises: (fields) => has(fields, 'harmful_medical_request'),
  mapper:
    ({ stem, folders }) =>
    (fields, row) =>
      request(fields, 'harmful_medical_request', { stem: [...folders.slice(-2), stem].join('-'), row }),
};

/** Its lists of requests: plain text, one a line. */
export const medSafetyRequests: ProbeFormat = {
  name: 'medsafetybench-requests',
  source,
  recognises: (fields) => fields.length === 1 && fields[0] === 'line',
  mapper:
    ({ stem, folders }) =>
    (fields, row) =>
      request(fields, 'line', { stem: [...folders.slice(-1), stem].join('-'), row }),
};
