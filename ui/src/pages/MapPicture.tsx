import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { colourOf, mostZoom, placeLabels, PointGrid, pointsInside, toMap, toWindow, whole, zoomAt, scaleOf, type PointMap, type Spot, type View } from '../mapview.ts';
import { PointLayer, pointSize } from '../points.ts';
import { addressOf, go } from '../route.ts';
import { cut } from '../text.ts';
import type { Texts } from './Map.tsx';

interface Props {
  map: PointMap;
  chosen: Set<number> | null;
  isDark: boolean;
  texts: Texts;
  onLasso: (points: number[]) => void;
}

const restBeforeReading = 150;
const wheelStep = 1.0015;
const clickMoves = 4;

/** The points, drawn. Keyboards and screen readers use the list of clusters, which chooses the same points. */
export function Picture({ map, chosen, isDark, texts, onLasso }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const layer = useRef<PointLayer | null>(null);
  const [missing, setMissing] = useState('');
  const [loads, setLoads] = useState(0);
  const [view, setView] = useState<View>({ ...whole, width: 0, height: 0 });
  const [mode, setMode] = useState<'move' | 'choose'>('move');
  const [line, setLine] = useState<Spot[]>([]);
  const [hovered, setHovered] = useState(-1);
  const grid = useMemo(() => new PointGrid(map), [map]);
  const pointers = useRef<Record<number, Spot>>({});
  const moved = useRef(0);

  useEffect(() => {
    const shown = canvas.current!;
    layer.current = PointLayer.on(shown);
    if (!layer.current) {
      setMissing('This browser draws no WebGL2 here, so there is no picture. The list of clusters shows the same.');
      return undefined;
    }

    const load = (): void => {
      layer.current!.load(map);
      setMissing('');
      setLoads(n => n + 1);
    };
    const lose = (event: Event): void => {
      event.preventDefault();
      setMissing('The browser took the graphics away for now. The picture comes back when it gives them back.');
    };
    shown.addEventListener('webglcontextlost', lose);
    shown.addEventListener('webglcontextrestored', load);
    load();
    const sizes = new ResizeObserver(([entry]) => setView(old => ({ ...old, width: entry!.contentRect.width, height: entry!.contentRect.height })));
    sizes.observe(frame.current!);
    return () => {
      sizes.disconnect();
      shown.removeEventListener('webglcontextlost', lose);
      shown.removeEventListener('webglcontextrestored', load);
      layer.current?.free();
    };
  }, []);
  useEffect(() => layer.current?.paint(coloursOf(map, chosen, isDark)), [map, chosen, isDark, loads]);
  useEffect(() => {
    const request = requestAnimationFrame(() => layer.current?.draw(view, devicePixelRatio));
    return () => cancelAnimationFrame(request);
  });
  useEffect(() => {
    const timer = hovered < 0 ? 0 : setTimeout(() => texts.want([hovered]), restBeforeReading);
    return () => clearTimeout(timer);
  }, [hovered]);

  const spotOf = (event: { clientX: number; clientY: number }): Spot => {
    const box = canvas.current!.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const pointAt = (spot: Spot): number => grid.nearest(toMap(view, spot), (pointSize(map.x.length, view) / 2 + 3) / scaleOf(view));
  const onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const spot = spotOf(event);
    setView(old => zoomAt(old, spot, wheelStep ** -event.deltaY));
  };
  useEffect(() => {
    // Added here and not as a property, because a listener that prevents scrolling must say that it is not passive.
    const shown = canvas.current!;
    shown.addEventListener('wheel', onWheel, { passive: false });
    return () => shown.removeEventListener('wheel', onWheel);
  }, []);

  const onDown = (event: PointerEvent): void => {
    if (event.button !== 0) {
      return;
    }

    canvas.current!.setPointerCapture(event.pointerId);
    const spot = spotOf(event);
    pointers.current[event.pointerId] = spot;
    moved.current = 0;
    setHovered(-1);
    setLine(mode === 'choose' && Object.keys(pointers.current).length === 1 ? [spot] : []);
  };
  const onMove = (event: PointerEvent): void => {
    const spot = spotOf(event);
    const before = pointers.current[event.pointerId];
    if (!before) {
      setHovered(mode === 'move' || event.pointerType === 'mouse' ? pointAt(spot) : -1);
      return;
    }

    moved.current += Math.abs(spot.x - before.x) + Math.abs(spot.y - before.y);
    pointers.current[event.pointerId] = spot;
    const others = Object.entries(pointers.current).filter(([id]) => Number(id) !== event.pointerId).map(([, at]) => at);
    const other = others[0];
    if (other) {
      const middle = { x: (spot.x + other.x) / 2, y: (spot.y + other.y) / 2 };
      const [now, then] = [Math.hypot(spot.x - other.x, spot.y - other.y), Math.hypot(before.x - other.x, before.y - other.y)];
      setView(old => zoomAt(old, middle, then > 0 ? now / then : 1));
      setLine([]);
    } else if (mode === 'choose') {
      setLine(old => [...old, spot]);
    } else {
      setView(old => ({ ...old, x: old.x - (spot.x - before.x) / scaleOf(old), y: old.y - (spot.y - before.y) / scaleOf(old) }));
    }
  };
  const onUp = (event: PointerEvent): void => {
    const wasOnly = Object.keys(pointers.current).length === 1;
    delete pointers.current[event.pointerId];
    if (!wasOnly || event.type === 'pointercancel') {
      setLine([]);
      return;
    }

    if (moved.current <= clickMoves) {
      const point = pointAt(spotOf(event));
      if (point >= 0) {
        go(addressOf('memory', { key: map.coords[point]! }));
      }
    } else if (mode === 'choose') {
      onLasso(pointsInside(map, line.map(spot => toMap(view, spot))));
    }

    setLine([]);
  };
  const zoom = (factor: number): void => setView(old => zoomAt(old, { x: old.width / 2, y: old.height / 2 }, factor));
  return (
    <div class="picture">
      <div class="row">
        <div role="group" aria-label="What dragging does" class="switch">
          <button type="button" aria-pressed={mode === 'move'} onClick={() => setMode('move')}>Move</button>
          <button type="button" aria-pressed={mode === 'choose'} onClick={() => setMode('choose')}>Draw a line around points</button>
        </div>
        <button type="button" aria-label="Nearer" disabled={view.zoom >= mostZoom} onClick={() => zoom(1.6)}>+</button>
        <button type="button" aria-label="Farther" onClick={() => zoom(1 / 1.6)}>−</button>
        <button type="button" onClick={() => setView(old => ({ ...old, ...whole }))}>Whole map</button>
      </div>
      {missing && <p role="status" class="banner">{missing}</p>}
      <div class={missing && !layer.current ? 'canvas absent' : 'canvas'} ref={frame} aria-hidden="true">
        <canvas
          ref={canvas} class={mode === 'choose' ? 'choosing' : hovered >= 0 ? 'over' : ''}
          onPointerDown={onDown} onPointerMove={onMove} onPointerUp={onUp} onPointerCancel={onUp} onPointerLeave={() => setHovered(-1)}
        />
        {line.length > 1 && <svg class="lasso"><polygon points={line.map(({ x, y }) => `${x},${y}`).join(' ')} /></svg>}
        {placeLabels(map, view).map(label => <span key={label.cluster} class="label" style={{ transform: `translate(${label.x}px, ${label.y}px) translate(-50%, -150%)` }}>{cut(label.text, 60)}</span>)}
        {hovered >= 0 && <Tip spot={toWindow(view, { x: map.x[hovered]!, y: map.y[hovered]! })} view={view} coord={map.coords[hovered]!} text={texts.of(hovered)} />}
      </div>
    </div>
  );
}

function Tip({ spot, view, coord, text }: { spot: Spot; view: View; coord: string; text: string | undefined }) {
  const isRight = spot.x > view.width / 2;
  const isLow = spot.y > view.height / 2;
  return (
    <div class="tip" style={{ transform: `translate(${spot.x}px, ${spot.y}px) translate(${isRight ? '-100%' : '0'}, ${isLow ? 'calc(-100% - 10px)' : '10px'})` }}>
      <bdi class="key">{cut(coord, 60)}</bdi><bdi>{text ?? '…'}</bdi>
    </div>
  );
}

/** What is not chosen fades, if anything is. */
function coloursOf(map: PointMap, chosen: Set<number> | null, isDark: boolean): Uint8Array {
  const colours = new Uint8Array(map.x.length * 4);
  map.cluster.forEach((cluster, point) => {
    const [red, green, blue] = colourOf(cluster, isDark);
    colours.set([red, green, blue, !chosen ? 200 : chosen.has(point) ? 255 : 40], point * 4);
  });
  return colours;
}

/** Whether the page is dark: by the choice of the user, or else of the system. */
export function useIsDark(): boolean {
  const read = (): boolean => {
    const chosen = document.documentElement.dataset['theme'];
    return chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  };
  const [isDark, setDark] = useState(read);
  useEffect(() => {
    const system = matchMedia('(prefers-color-scheme: dark)');
    const update = (): void => setDark(read());
    const chosen = new MutationObserver(update);
    chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    system.addEventListener('change', update);
    return () => {
      chosen.disconnect();
      system.removeEventListener('change', update);
    };
  }, []);
  return isDark;
}
