import { expect, test } from 'vitest';
import { formatPlace, parsePlace, type Place } from '../../src/place';

const FIRST: Place = { step: 'topic' };

test('a place survives the address bar, whatever its ids contain', () => {
  const place: Place = { step: 'time', topic: 'a,b:c/æ', type: 'Physical', at: 'København 1', day: '2026-12-01' };
  expect(parsePlace(formatPlace(place), FIRST)).toEqual(place);
});

test('what is no place is the first one', () => {
  for (const text of [null, '', 'step:nowhere', 'topic:mortgage', '%', 'step:%zz']) expect(parsePlace(text, FIRST)).toEqual(FIRST);
});

test('unknown fields are left out', () => {
  expect(parsePlace('step:how,colour:red,topic:x', FIRST)).toEqual({ step: 'how', topic: 'x' });
});
