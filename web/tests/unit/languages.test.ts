import { expect, test } from 'vitest';
import { languageOf } from '../../src/i18n';
import { en } from '../../src/i18n/en';
import { textsOf } from '../../src/staff/texts';
import { en as staffEn } from '../../src/staff/texts/en';

const OTHERS = ['da', 'de', 'ar'];

test('the first language that there is counts, with its region’s formats', () => {
  expect(languageOf(null, 'fr', 'de-AT').tag).toBe('de-AT');
  expect(languageOf('AR').direction).toBe('rtl');
  expect(languageOf('xx', undefined).messages).toBe(en);
  expect(languageOf('da_DK', 'da').tag).toBe('da');
});

test.each(OTHERS)('every text is there in %s, and takes what it is given', (tag) => {
  const { messages } = languageOf(tag);
  for (const [name, text] of Object.entries(messages)) {
    const english = en[name as keyof typeof en];
    if (typeof text === 'string') expect(text.trim(), name).not.toBe('');
    else if (typeof text === 'function' && name !== 'freeTimes') {
      const given = Array.from({ length: (english as (...all: never[]) => string).length }, (_, index) => `<${index}>`);
      const said = (text as unknown as (...all: string[]) => string)(...given);
      for (const each of given) expect(said, name).toContain(each);
    }
  }
});

test.each(OTHERS)('every text of the employees’ page is there in %s, and takes what it is given', (tag) => {
  const texts = textsOf(tag);
  expect(texts).not.toBe(staffEn);
  for (const [name, text] of Object.entries(texts)) {
    if (typeof text === 'string') expect(text.trim(), name).not.toBe('');
    else if (typeof text === 'function' && name !== 'found') expect((text as (given: string) => string)('<0>'), name).toContain('<0>');
  }
});
