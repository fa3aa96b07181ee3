import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { onSession } from "../identity/session";
import { Failure, Loading } from "./basics";

export interface Loaded<T> {
  readonly value: T | null;
  readonly error: unknown;
  readonly again: () => void;
}

interface State<T> {
  readonly value: T | null;
  readonly error: unknown;
}

/** Loads when `keys` change, when somebody signs in or out, and `every` milliseconds after the last answer if that is given. */
export function useLoad<T>(
  load: (signal: AbortSignal) => Promise<T>, keys: readonly unknown[], every?: number,
): Loaded<T> {
  const [state, setState] = useState<State<T>>({ value: null, error: null });
  const [turn, setTurn] = useState(0);
  useEffect(() => onSession(() => setTurn((n) => n + 1)), []);
  useEffect(() => setState({ value: null, error: null }), keys);
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const settle = (change: (now: State<T>) => State<T>) => {
      if (abort.signal.aborted) return;
      setState(change);
      if (every !== undefined) timer = setTimeout(() => setTurn((n) => n + 1), every);
    };
    load(abort.signal).then(
      (value) => settle(() => ({ value, error: null })),
      // What was shown stays: an error beside it says that it may be out of date.
      (error: unknown) => settle(({ value }) => ({ value, error })));
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
