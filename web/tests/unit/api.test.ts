import { afterEach, expect, test, vi } from 'vitest';
import { createApi } from '../../src/api';

afterEach(() => vi.unstubAllGlobals());

test('every call says which language the page is in', async () => {
  const asked: (string | null)[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    asked.push(request.headers.get('Accept-Language'));
    return Response.json([]);
  });
  let language = 'da';
  const api = createApi('https://api.example.com', async () => 'token', () => language);
  await api.topics();
  language = 'de-AT';
  await api.customerTypes();
  expect(asked).toEqual(['da', 'de-AT']);
});
