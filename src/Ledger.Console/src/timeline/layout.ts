/** Where things stand in the picture. Pure: entries in, places out. */
import { LANES, type Lane } from "../catalogue";
import type { Entry } from "./entries";

export const WIDTH = 1000;
export const LANE_HEIGHT = 108;
export const TOP = 8;
export const HEIGHT = TOP + 3 * LANE_HEIGHT + 34;
export const PARTIES_SHOWN = 7;

const LEFT = 132;
const RIGHT = 24;
const BINS = 80;
// Up to here every record is drawn by itself; beyond it, records of about the same time are counted together.
const MAX_SINGLE = 60;
const DOT = 7;

export interface Dot {
  readonly entry: Entry;
  readonly x: number;
  readonly y: number;
  readonly party: number;
}

export interface Bin {
  readonly lane: Lane;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Shares of the parties, from the lane's floor up. */
  readonly parts: readonly { readonly party: number; readonly y: number; readonly height: number }[];
}

export interface Tick {
  readonly x: number;
  readonly time: number;
}

export interface Layout {
  readonly parties: readonly string[];
  readonly counts: Readonly<Record<Lane, number>>;
  readonly dots: readonly Dot[];
  readonly bins: readonly Bin[];
  readonly ticks: readonly Tick[];
}

/** Lays out a timeline. Parties come in the order in which they first appear. */
export function layOut(entries: readonly Entry[]): Layout {
  const parties = [...new Set(entries.map((entry) => entry.member))];
  const places = new Map(parties.map((party, i) => [party, Math.min(i, PARTIES_SHOWN)]));
  const counts = { before: 0, during: 0, after: 0 };
  for (const entry of entries) counts[entry.lane]++;
  const single = entries.length <= MAX_SINGLE;
  return {
    parties,
    counts,
    dots: single ? dotsOf(entries, places) : [],
    bins: single ? [] : binsOf(entries, places),
    ticks: single ? spreadTicks(entries) : timeTicks(entries),
  };
}

export function laneTop(lane: Lane): number {
  return TOP + LANES.indexOf(lane) * LANE_HEIGHT;
}

// Records by themselves stand in their order at even distances: what matters is what came after what, and bursts stay legible.
function dotsOf(entries: readonly Entry[], places: ReadonlyMap<string, number>): Dot[] {
  return entries.map((entry, i) => ({
    entry,
    x: placeOf(i, entries.length),
    y: laneTop(entry.lane) + LANE_HEIGHT / 2 + 8 + (i % 2 === 0 ? -DOT : DOT),
    party: places.get(entry.member)!,
  }));
}

function placeOf(i: number, count: number): number {
  const room = WIDTH - LEFT - RIGHT;
  return count === 1 ? LEFT + room / 2 : LEFT + (i / (count - 1)) * room;
}

function spreadTicks(entries: readonly Entry[]): Tick[] {
  const step = Math.max(1, Math.ceil((entries.length - 1) / 4));
  return entries.flatMap((entry, i) => (i % step === 0 ? [{ x: placeOf(i, entries.length), time: entry.time }] : []));
}

function timeTicks(entries: readonly Entry[]): Tick[] {
  const first = entries[0]!.time;
  const span = entries.at(-1)!.time - first;
  return Array.from({ length: 5 }, (_, i) => ({ x: placeOf(i, 5), time: first + (span * i) / 4 }));
}

function binsOf(entries: readonly Entry[], places: ReadonlyMap<string, number>): Bin[] {
  const first = entries[0]!.time;
  const span = Math.max(1, entries.at(-1)!.time - first);
  const counts = new Map<string, number[]>();
  for (const entry of entries) {
    const bin = Math.min(BINS - 1, Math.floor(((entry.time - first) / span) * BINS));
    const key = `${entry.lane}/${bin}`;
    let parties = counts.get(key);
    if (parties === undefined) counts.set(key, (parties = Array.from({ length: PARTIES_SHOWN + 1 }, () => 0)));
    parties[places.get(entry.member)!]!++;
  }
  const total = (parties: readonly number[]) => parties.reduce((sum, n) => sum + n, 0);
  const largest = Math.max(...[...counts.values()].map(total));
  const width = (WIDTH - LEFT - RIGHT) / BINS;
  return [...counts].map(([key, parties]) => {
    const [lane, place] = key.split("/") as [Lane, string];
    const count = total(parties);
    // By the square root, so that a lone record is still seen beside a thousand.
    const height = Math.max(4, (LANE_HEIGHT - 34) * Math.sqrt(count / largest));
    const floor = laneTop(lane) + LANE_HEIGHT - 8;
    let y = floor;
    const parts = parties.flatMap((n, party) => {
      if (n === 0) return [];
      const part = (height * n) / count;
      y -= part;
      return [{ party, y, height: part }];
    });
    const bin = Number(place);
    return {
      lane, count, parts, height, width: width - 1, x: LEFT + bin * width, y: floor - height,
      from: first + (span * bin) / BINS, to: first + (span * (bin + 1)) / BINS,
    };
  });
}
