/** Walks through all pages of a listing, and asks for the next one only when its elements are wanted. */
export async function* pages<Page extends { next_cursor: string | null }, Element>(
  read: (cursor: string | undefined) => Promise<Page>, elements: (page: Page) => Element[],
): AsyncGenerator<Element> {
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    yield* elements(page);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
}
