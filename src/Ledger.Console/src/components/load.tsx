import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { onSession } from "../identity/session";
import { Failure, Loading } from "./basics";

export interface Loaded<T> {
  readonly value: T | null;
  readonly error: unknown;
  readonly again: () => void;
}

/** Loads when `keys` change, when somebody signs in or out, and every `every` milliseconds if that is given. */
export function useLoad<T>(
  load: (signal: AbortSignal) => Promise<T>, keys: readonly unknown[], every?: number,
): Loaded<T> {
  const [state, setState] = useState<{ value: T | null; error: unknown }>({ value: null, error: null });
  const [turn, setTurn] = useState(0);
  useEffect(() => onSession(() => setTurn((n) => n + 1)), []);
  useEffect(() => setState({ value: null, error: null }), keys);
  useEffect(() => {
    const abort = new AbortController();
    load(abort.signal).then(
      (value) => setState({ value, error: null }),
      // What was shown stays: an error beside it says that it may be out of date.
      (error: unknown) => abort.signal.aborted || setState(({ value }) => ({ value, error })));
    const timer = every === undefined ? undefined : setTimeout(() => setTurn((n) => n + 1), every);
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [...keys, turn]);
  return { ...state, again: () => setTurn((n) => n + 1) };
}

/** Shows what was loaded, or that it is being loaded, or what went wrong. */
export function Show<T>({ from, children }: { from: Loaded<T>; children: (value: T) => ComponentChildren }) {
  return (
    <>
      {from.error !== null && <Failure error={from.error} retry={from.again} />}
      {from.value === null ? from.error === null && <Loading /> : children(from.value)}
    </>
  );
}
