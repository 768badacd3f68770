/** What the API declares that it may refuse, for the calls of the pages, is said in each of their languages. */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { Refused } from '../../src/api';
import { languageOf } from '../../src/i18n';
import { reasonText, refusalText } from '../../src/i18n/refusals';

interface Json {
  [name: string]: Json | undefined;
}
const read = (file: string) => readFileSync(resolve(import.meta.dirname, '../..', file), 'utf8');
const DESCRIPTION = JSON.parse(read('../docs/openapi.json')) as Json;
const CALLS = [...read('src/api.ts').matchAll(/client\.([A-Z]+)\('([^']+)'/g)].map(([, method = '', path = '']) => ({ method: method.toLowerCase(), path }));
const LANGUAGES = ['en', 'da', 'de', 'ar'];
const SERVERS_OWN = 'The sentence of the server.';

/** The value, or what its `$ref` names. */
function resolved(value: Json | undefined): Json {
  const ref = value?.['$ref'] as unknown as string | undefined;
  if (!ref) return value ?? {};
  return resolved(ref.split('/').slice(1).reduce<Json>((found, part) => found[part] ?? {}, DESCRIPTION));
}

const enumOf = (schema: Json | undefined) => (resolved(schema)['enum'] as unknown as string[] | undefined) ?? [];

const DECLARED = CALLS.flatMap(({ method, path }) =>
  Object.entries(DESCRIPTION['paths']?.[path]?.[method]?.['responses'] ?? {})
    // 401 is no refusal for the pages: they ask the reader to sign in.
    .filter(([status]) => Number(status) >= 400 && status !== '401')
    .map(([status, answer]) => {
      const { code, details } = resolved(resolved(answer)['content']?.['application/json']?.['schema'])['properties'] ?? {};
      return { status: Number(status), codes: enumOf(code), reasons: enumOf(resolved(details)['properties']?.['reason']) };
    }),
);
const ERRORS = new Map(DECLARED.flatMap(({ status, codes }) => codes.map((code) => [code, status] as const)));
const SCHEMAS = DESCRIPTION['components']?.['schemas'];
const VERDICTS = ['Verdict', 'TypeVerdict'].flatMap((name) => enumOf(SCHEMAS?.[name]?.['properties']?.['reason']));
/** Those that are not the code of an error as well. */
const REASONS = [...new Set([...DECLARED.flatMap(({ reasons }) => reasons), ...VERDICTS])].filter((reason) => !ERRORS.has(reason) || VERDICTS.includes(reason));

test('the description declares codes and reasons for the calls of the pages', () => {
  expect(CALLS).toHaveLength([...read('src/api.ts').matchAll(/client\.[A-Z]+\(/g)].length);
  expect(DECLARED.every(({ codes }) => codes.length > 0)).toBe(true);
  expect([...ERRORS.keys()]).toEqual(expect.arrayContaining(['SLOT_TAKEN', 'TOO_LATE_TO_CANCEL', 'INVALID_REQUEST', 'TRY_AGAIN']));
  expect(REASONS).toEqual(expect.arrayContaining(['OFF_GRID', 'NOT_AVAILABLE', 'ROOM_BUSY', 'ABSENT']));
});

test.each(LANGUAGES)('every code has a sentence in %s', (tag) => {
  const { messages } = languageOf(tag);
  const said = [...ERRORS].map(([code, status]) => [code, refusalText(new Refused(status, code, SERVERS_OWN, 'r'), messages)] as const);
  expect(said.filter(([, sentence]) => !sentence || sentence.includes(SERVERS_OWN)).map(([code]) => code)).toEqual([]);
});

test.each(LANGUAGES)('every reason has its words in %s', (tag) => {
  const { messages } = languageOf(tag);
  expect(REASONS.filter((reason) => !reasonText(reason, messages))).toEqual([]);
  for (const reason of REASONS) expect(refusalText(new Refused(409, 'SLOT_NOT_OFFERED', SERVERS_OWN, 'r', { reason }), messages)).toContain(reasonText(reason, messages));
});

test.each(['da', 'de', 'ar'])('nothing is left in English in %s', (tag) => {
  const [{ messages }, { messages: english }] = [languageOf(tag), languageOf('en')];
  for (const kind of ['codes', 'reasons'] as const) {
    const words = new Set(Object.values(english[kind]));
    expect(Object.entries(messages[kind]).filter(([, text]) => words.has(text)), kind).toEqual([]);
  }
});

test('a code that the page does not know is said in the server’s own words, and the fields that are wrong are named', () => {
  const { messages } = languageOf('da');
  expect(refusalText(new Refused(409, 'A_LATER_ONE', SERVERS_OWN, 'r'), messages)).toBe(`Bookingsystemet godtog ikke dette: ${SERVERS_OWN}`);
  const details = { errors: [{ where: 'body.customerId', sent: '', accepted: 'text' }] };
  expect(refusalText(new Refused(400, 'INVALID_REQUEST', SERVERS_OWN, 'r', details), messages)).toBe(`${messages.codes.INVALID_REQUEST} (body.customerId)`);
});
