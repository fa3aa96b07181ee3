/** The page's side of the worker. It is started with the page, so that it is there when the node is not. */
import type { Answers, FromWorker, Task } from "./protocol";

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
  readonly progress: (fraction: number) => void;
}

const worker = new Worker(WORKER_URL, { type: "module" });
// Bound: the tasks that pages have begun and not yet seen the end of.
const waiting = new Map<number, Waiting>();
let last = 0;

worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
  const task = waiting.get(data.id);
  if (task === undefined) return;
  if ("progress" in data) {
    task.progress(data.progress);
    return;
  }
  waiting.delete(data.id);
  if ("failure" in data) task.reject(new Error(data.failure));
  else task.resolve(data.answer as never);
};

/** Has the worker do something. */
export function inWorker<K extends keyof Answers>(
  task: Extract<Task, { kind: K }>, progress: (fraction: number) => void = () => {},
): Promise<Answers[K]> {
  const id = ++last;
  return new Promise<Answers[K]>((resolve, reject) => {
    waiting.set(id, { resolve: resolve as (answer: never) => void, reject, progress });
    worker.postMessage({ id, task });
  });
}
