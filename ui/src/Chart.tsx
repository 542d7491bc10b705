import { useEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';

export interface Line {
  name: string;
  /** One value for each time; null: nothing is known of that time. */
  values: (number | null)[];
}

const height = 170;
const shortest = 30;
const dashes = [[], [6, 3], [2, 3], [10, 3, 2, 3]];

/**
 * Lines over time. Times are seconds since 1970, shown in UTC. The drawing is for eyes alone: the table below it holds the newest, least and
 * greatest value of each line, for screen readers and as the legend. The library that draws is loaded with the first chart.
 */
export function Chart({ title, note, times, lines, write }: { title: string; note: string; times: number[]; lines: Line[]; write: (value: number) => string }) {
  const figure = useRef<HTMLElement>(null);
  const drawn = useRef<uPlot | null>(null);
  const data = [times, ...lines.map(line => line.values)] as uPlot.AlignedData;
  const newest = useRef(data);
  newest.current = data;
  const names = lines.map(line => line.name).join('\n');

  useEffect(() => {
    let isOver = false;
    let end = (): void => {};
    void Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')]).then(([{ default: UPlot }]) => {
      const inside = figure.current?.querySelector<HTMLElement>('.chart');
      if (isOver || !inside) {
        return;
      }

      const plot = new UPlot(optionsOf(UPlot, figure.current!, inside.clientWidth, names.split('\n'), write), newest.current, inside);
      drawn.current = plot;
      const sizes = new ResizeObserver(() => plot.setSize({ width: inside.clientWidth, height }));
      sizes.observe(inside);
      // Lines and texts of a canvas keep the colours that they were drawn with.
      const redraw = (): void => plot.redraw();
      const themes = new MutationObserver(redraw);
      themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
      const dark = matchMedia('(prefers-color-scheme: dark)');
      dark.addEventListener('change', redraw);
      end = () => {
        sizes.disconnect();
        themes.disconnect();
        dark.removeEventListener('change', redraw);
        plot.destroy();
        drawn.current = null;
      };
    });
    return () => {
      isOver = true;
      end();
    };
  }, [names]);
  useEffect(() => drawn.current?.setData(data));

  return (
    <figure class="chart-figure" ref={figure}>
      <figcaption><strong>{title}</strong> <span class="quiet">{note}</span></figcaption>
      <div class="chart" aria-hidden="true" />
      <table class="chart-values">
        <caption class="unseen">{title}: the values of the chart</caption>
        <thead><tr><th scope="col">Line</th><th scope="col" class="n">Newest</th><th scope="col" class="n">Least</th><th scope="col" class="n">Greatest</th></tr></thead>
        <tbody>
          {lines.map((line, i) => {
            const known = line.values.filter(value => value !== null);
            const cell = (value: number | undefined): string => (value === undefined ? '…' : write(value));
            return (
              <tr key={line.name}>
                <th scope="row"><svg class={`mark line-${i}`} viewBox="0 0 24 4" aria-hidden="true"><line x1="0" y1="2" x2="24" y2="2" stroke="currentColor" stroke-width="3" stroke-dasharray={dashes[i]!.join(' ')} /></svg> {line.name}</th>
                <td class="n">{cell(known[known.length - 1])}</td><td class="n">{cell(least(known))}</td><td class="n">{cell(greatest(known))}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </figure>
  );
}

const least = (values: number[]): number | undefined => (values.length > 0 ? Math.min(...values) : undefined);
const greatest = (values: number[]): number | undefined => (values.length > 0 ? Math.max(...values) : undefined);

function optionsOf(UPlot: typeof uPlot, figure: HTMLElement, width: number, names: string[], write: (value: number) => string): uPlot.Options {
  // A canvas does not know the colours of the style sheet by name: they are read where it has set them.
  const colourOf = (selector: string) => (): string => getComputedStyle(figure.querySelector(selector)!).color;
  const axis = { stroke: colourOf('.quiet'), grid: { stroke: colourOf('.chart'), width: 1 }, ticks: { stroke: colourOf('.chart'), width: 1 }, font: '12px system-ui, sans-serif' };
  return {
    width,
    height,
    // Half a time fits beyond the last mark.
    padding: [10, 28, 0, 0],
    tzDate: seconds => UPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    scales: {
      // By itself, the library would draw a single measurement amid years.
      x: { range: ({ data: [times] }) => { const last = times[times.length - 1] ?? shortest; return [Math.min(times[0] ?? 0, last - shortest), last]; } },
      y: { range: (_, low, high) => [Math.min(0, low ?? 0), high ? high * 1.08 : 1] },
    },
    axes: [
      { ...axis, size: 30, space: 70, values: (_, splits) => splits.map(seconds => clock(seconds, (splits[1] ?? seconds) - splits[0]!)) },
      { ...axis, size: 74, values: (_, splits) => splits.map(write) },
    ],
    series: [{}, ...names.map((label, i) => ({ label, stroke: colourOf(`.line-${i}`), width: 2, dash: dashes[i]!, spanGaps: true }))],
  };
}

/** The part of a time that differs between the marks of an axis, which are that many seconds apart. */
function clock(seconds: number, apart: number): string {
  const iso = new Date(seconds * 1000).toISOString();
  return apart >= 86_400 ? iso.slice(0, 10) : apart >= 3600 && iso.slice(11, 16) === '00:00' ? iso.slice(5, 10) : apart < 60 ? iso.slice(11, 19) : iso.slice(11, 16);
}
