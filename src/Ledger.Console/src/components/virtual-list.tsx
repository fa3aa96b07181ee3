import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

export const ROW_HEIGHT = 56;

// Rows kept beyond what is seen, so that a fast scroll does not show gaps.
const MARGIN = 8;
// Browsers lose precision in elements higher than this; beyond it, a scrolled pixel stands for more than one.
const MAX_HEIGHT = 8_000_000;

/** A list of any length of which only the rows in sight are in the document. Tells when its end comes near. */
export function VirtualList<T>({ rows, label, render, onNearEnd }: {
  rows: readonly T[]; label: string; render: (row: T, index: number) => ComponentChildren; onNearEnd?: () => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  useEffect(() => {
    const element = box.current!;
    let frame = 0;
    const look = () => {
      frame = 0;
      setView({ top: element.scrollTop, height: element.clientHeight });
    };
    const moved = () => {
      if (frame === 0) frame = requestAnimationFrame(look);
    };
    const size = new ResizeObserver(moved);
    size.observe(element);
    element.addEventListener("scroll", moved, { passive: true });
    return () => {
      size.disconnect();
      element.removeEventListener("scroll", moved);
      cancelAnimationFrame(frame);
    };
  }, []);

  const natural = rows.length * ROW_HEIGHT;
  const height = Math.min(natural, MAX_HEIGHT);
  const hidden = natural - view.height;
  const offset = height === natural || hidden <= 0 ? view.top : view.top * (hidden / (height - view.height));
  const first = Math.max(0, Math.floor(offset / ROW_HEIGHT) - MARGIN);
  const last = Math.min(rows.length, Math.ceil((offset + view.height) / ROW_HEIGHT) + MARGIN);
  const shift = view.top - offset;
  useEffect(() => {
    if (last >= rows.length - 4 * MARGIN) onNearEnd?.();
  }, [last, rows.length]);

  const visible = rows.slice(first, last);
  return (
    <div class="list" ref={box} tabIndex={0} role="list" aria-label={label}>
      <div class="list-space" role="presentation" style={{ height: `${height}px` }}>
        {visible.map((row, i) => (
          <div class="row" key={first + i} role="listitem" aria-posinset={first + i + 1} aria-setsize={rows.length}
            style={{ transform: `translateY(${(first + i) * ROW_HEIGHT + shift}px)` }}>
            {render(row, first + i)}
          </div>
        ))}
      </div>
    </div>
  );
}
