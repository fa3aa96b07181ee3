import { useEffect, useState } from "preact/hooks";
import { follow } from "../api/stream";
import type { ContractEventsPage } from "../api/types";

// What a page keeps of a stream that has no end.
const MAX_EVENTS = 1000;

export type PlacedEvent = ContractEventsPage["events"][number] & { readonly height: number; readonly time: string };

/** A contract's events, newest first, as they come. */
export function useContractEvents(
  contract: string,
): { readonly events: readonly PlacedEvent[]; readonly live: boolean; readonly error: unknown } {
  const [events, setEvents] = useState<readonly PlacedEvent[]>([]);
  const [live, setLive] = useState(false);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    setEvents([]);
    return followEvents(
      contract, (fresh) => setEvents((shown) => [...fresh.reverse(), ...shown].slice(0, MAX_EVENTS)), setLive, setError);
  }, [contract]);
  return { events, live, error };
}

/** Follows a contract's events from the first on, oldest first. A long history comes in thousands of messages: they are
 * handed over together, once a frame. Returns what ends it. */
export function followEvents(
  contract: string, onEvents: (events: PlacedEvent[]) => void, onLive: (live: boolean) => void,
  onError: (error: unknown) => void,
): () => void {
  const abort = new AbortController();
  let waiting: PlacedEvent[] = [];
  let frame = 0;
  const show = () => {
    frame = 0;
    const fresh = waiting;
    waiting = [];
    onEvents(fresh);
  };
  follow(`/contracts/events/stream?contract=${encodeURIComponent(contract)}`, ({ data }) => {
    const page = JSON.parse(data) as ContractEventsPage;
    waiting.push(...page.events.map((event) => ({ ...event, height: page.height, time: page.time })));
    if (frame === 0) frame = requestAnimationFrame(show);
  }, (now) => abort.signal.aborted || onLive(now), abort.signal).catch(onError);
  return () => {
    abort.abort();
    cancelAnimationFrame(frame);
  };
}
