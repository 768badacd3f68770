import { expect, test } from 'vitest';
import { languageOf } from '../../src/i18n';
import { en } from '../../src/i18n/en';

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
    else if (name !== 'freeTimes') {
      const given = Array.from({ length: (english as (...all: never[]) => string).length }, (_, index) => `<${index}>`);
      const said = (text as unknown as (...all: string[]) => string)(...given);
      for (const each of given) expect(said, name).toContain(each);
    }
  }
});
