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
    const abort = new AbortController();
    setEvents([]);
    let waiting: PlacedEvent[] = [];
    let frame = 0;
    // A long history comes in thousands of messages: they are shown together, once a frame.
    const show = () => {
      frame = 0;
      const fresh = waiting.reverse();
      waiting = [];
      setEvents((shown) => [...fresh, ...shown].slice(0, MAX_EVENTS));
    };
    follow(`/contracts/events/stream?contract=${encodeURIComponent(contract)}`, ({ data }) => {
      const page = JSON.parse(data) as ContractEventsPage;
      waiting.push(...page.events.map((event) => ({ ...event, height: page.height, time: page.time })));
      if (frame === 0) frame = requestAnimationFrame(show);
    }, (now) => abort.signal.aborted || setLive(now), abort.signal).catch(setError);
    return () => {
      abort.abort();
      cancelAnimationFrame(frame);
    };
  }, [contract]);
  return { events, live, error };
}
