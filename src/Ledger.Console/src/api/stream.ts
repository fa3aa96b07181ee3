/** Server-sent events, read with fetch: an EventSource cannot carry the caller's token. */
import { ApiError, call } from "./client";

export interface StreamEvent {
  readonly name: string;
  readonly id: string;
  readonly data: string;
}

const MAX_EVENT = 16 << 20;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/**
 * Follows a stream until it is aborted. A stream that breaks is taken up again after the last event that came, later each
 * time that it breaks at once. `state` hears whether it stands.
 */
export async function follow(
  path: string, onEvent: (event: StreamEvent) => void, state: (live: boolean) => void, signal: AbortSignal,
): Promise<void> {
  let last = "";
  let wait = FIRST_WAIT_MS;
  while (!signal.aborted) {
    try {
      const headers = { Accept: "text/event-stream", ...(last === "" ? {} : { "Last-Event-ID": last }) };
      const response = await call(path, { headers, signal });
      state(true);
      for await (const event of events(response.body!)) {
        // The node says why it ends the stream; the same or another may go on later.
        if (event.name === "problem") break;
        wait = FIRST_WAIT_MS;
        if (event.id !== "") last = event.id;
        onEvent(event);
      }
    } catch (error) {
      if (signal.aborted) return;
      // Whoever may not read will not be let in by asking again.
      if (error instanceof ApiError && (error.status === 401 || error.status === 403)) throw error;
    }
    state(false);
    await pause(wait, signal);
    wait = Math.min(2 * wait, LONGEST_WAIT_MS);
  }
}

async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      if (text.length > MAX_EVENT) throw new Error("an event is too long");
      const blocks = text.split(/\r?\n\r?\n/);
      text = blocks.pop()!;
      for (const block of blocks) {
        const event = eventOf(block);
        if (event !== null) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function eventOf(block: string): StreamEvent | null {
  let id = "";
  let name = "";
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    if (line.startsWith("id:")) id = line.slice(3).trim();
    else if (line.startsWith("event:")) name = line.slice(6).trim();
    else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
  }
  return data.length === 0 ? null : { name, id, data: data.join("\n") };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
