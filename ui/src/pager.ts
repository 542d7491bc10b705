/**
 * The rows of a list that the service hands out page by page, of which only the pages near the reader are kept. The cursor that each page
 * began with is remembered, so a page that was dropped is read again from there.
 */
export class Pager<T> {
  private readonly pages = new Map<number, T[]>();
  private readonly starts: { row: number; cursor: string }[] = [];
  private readonly mostPages: number;
  private next: string | null;
  private rows = 0;

  constructor(mostPages: number, first: string) {
    this.mostPages = mostPages;
    this.next = first;
  }

  /** How many rows are known to be there: those of all pages that were ever read. */
  get count(): number {
    return this.rows;
  }

  get hasMore(): boolean {
    return this.next !== null;
  }

  /** How many pages are in memory. */
  get kept(): number {
    return this.pages.size;
  }

  /** Undefined: the row's page was dropped, or the row is gone since. */
  at(row: number): T | undefined {
    const page = this.pageOf(row);
    return page < 0 ? undefined : this.pages.get(page)?.[row - this.starts[page]!.row];
  }

  /** Whether the row's page is in memory. */
  isHere(row: number): boolean {
    return this.pages.has(this.pageOf(row)) && row < this.rows;
  }

  /** What has to be read so that rows can be shown: the first page among them that is not here, or the next one if they reach the end; null: nothing. */
  missing(from: number, to: number, margin: number): { page: number; cursor: string; most: number | null } | null {
    for (let page = Math.max(0, this.pageOf(from)); page < this.starts.length && this.starts[page]!.row <= to; page++) {
      if (!this.pages.has(page)) {
        return { page, cursor: this.starts[page]!.cursor, most: this.lengthOf(page) };
      }
    }

    return this.next !== null && to >= this.rows - margin ? { page: this.starts.length, cursor: this.next, most: null } : null;
  }

  put(page: number, rows: T[], next: string | null): void {
    if (page === this.starts.length) {
      this.starts.push({ row: this.rows, cursor: this.next! });
      this.rows += rows.length;
      this.next = next;
    }

    this.pages.set(page, rows);
    for (const far of [...this.pages.keys()].sort((a, b) => Math.abs(b - page) - Math.abs(a - page)).slice(0, Math.max(0, this.pages.size - this.mostPages))) {
      this.pages.delete(far);
    }
  }

  private lengthOf(page: number): number {
    return (this.starts[page + 1]?.row ?? this.rows) - this.starts[page]!.row;
  }

  private pageOf(row: number): number {
    let [low, high] = [0, this.starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.starts[middle]!.row <= row) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }

    return low - 1;
  }
}
