import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../api/client";
import { Badge, Card, Failure, Loading, Page, Time } from "../components/basics";
import { VirtualList } from "../components/virtual-list";
import { typeName } from "../catalogue";
import { number, t } from "../i18n";
import { onSession } from "../identity/session";
import { href } from "../router";
import { EndView, provenEnd, type End } from "../timeline/end";
import { TimelineEntries, type Entry } from "../timeline/entries";
import { laneName, TimelinePicture } from "../timeline/picture";

const FIRST = 200;
const LIMIT = 1000;
const REDRAW_MS = 400;

interface Loaded {
  readonly all: TimelineEntries;
  readonly cursor: string | null;
  readonly total: number;
}

export function Timeline({ subject }: { subject: string }) {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [loadingAll, setLoadingAll] = useState(false);
  const [end, setEnd] = useState<End | null>(null);
  const [turn, setTurn] = useState(0);
  const busy = useRef(false);
  const wantAll = useRef(false);
  useEffect(() => onSession(() => setTurn((n) => n + 1)), []);

  useEffect(() => {
    const abort = new AbortController();
    begin(subject, abort.signal).then(
      (first) => { setLoaded(first); setError(null); },
      (problem: unknown) => abort.signal.aborted || setError(problem));
    return () => {
      abort.abort();
      wantAll.current = false;
    };
  }, [subject, turn]);

  // The end is proven after what is loaded was read: then it can lie beyond it, and never before.
  const isLoaded = loaded !== null && loaded.cursor === null;
  const hasFirst = loaded !== null;
  useEffect(() => {
    if (!hasFirst) return undefined;
    const abort = new AbortController();
    provenEnd(subject, abort.signal).then(
      (proven) => abort.signal.aborted || setEnd(proven),
      (problem: unknown) => abort.signal.aborted || setError(problem));
    return () => abort.abort();
  }, [subject, turn, hasFirst, isLoaded]);

  const more = async () => {
    if (busy.current || loaded === null || loaded.cursor === null) return;
    busy.current = true;
    try {
      let cursor: string | null = loaded.cursor;
      let shown = 0;
      do {
        const page = await api.evidence({ subject, cursor, limit: LIMIT });
        loaded.all.add(page.evidence);
        cursor = page.nextCursor ?? null;
        // The picture of a hundred thousand records is not drawn anew for each page.
        if (performance.now() - shown > REDRAW_MS || !wantAll.current || cursor === null) {
          setLoaded({ ...loaded, cursor, total: Math.max(loaded.total, loaded.all.entries.length) });
          shown = performance.now();
        }
      } while (wantAll.current && cursor !== null);
    } catch (problem) {
      setError(problem);
    } finally {
      busy.current = false;
      wantAll.current = false;
      setLoadingAll(false);
    }
  };
  const loadAll = () => {
    wantAll.current = !wantAll.current;
    setLoadingAll(wantAll.current);
    void more();
  };

  return (
    <Page title={t("timeline.of", { subject })}>
      {error !== null && <Failure error={error} retry={() => setTurn(turn + 1)} />}
      {loaded === null ? error === null && <Loading /> : (
        <Shown subject={subject} loaded={loaded} end={end} loadingAll={loadingAll} onAll={loadAll}
          onMore={() => void more()} onAgain={() => setTurn(turn + 1)} />
      )}
    </Page>
  );
}

async function begin(subject: string, signal: AbortSignal): Promise<Loaded> {
  const [newest, page] = await Promise.all([
    api.evidence({ subject, limit: 1, order: "newest" }, signal),
    api.evidence({ subject, limit: FIRST }, signal),
  ]);
  const all = new TimelineEntries(subject);
  all.add(page.evidence);
  // The newest leaf's place is the timeline's length.
  const total = newest.evidence[0]?.subjectSequence ?? 0;
  return { all, cursor: page.nextCursor ?? null, total: Math.max(total, all.entries.length) };
}

function Shown({ subject, loaded, end, loadingAll, onAll, onMore, onAgain }: {
  subject: string; loaded: Loaded; end: End | null; loadingAll: boolean; onAll: () => void; onMore: () => void;
  onAgain: () => void;
}) {
  const { all, cursor, total } = loaded;
  const { entries } = all;
  const ending = end !== null && (
    <EndView end={end} all={all} isLoaded={cursor === null} onAgain={onAgain} />
  );
  if (entries.length === 0 && cursor === null) {
    return <><p class="empty" role="status">{t("evidence.nothing")}</p>{ending}</>;
  }
  return (
    <>
      <div class="actions" role="status">
        {all.brokenAt === null
          ? <Badge tone="good">{t("timeline.chainHolds", { count: entries.length })}</Badge>
          : <Badge tone="bad">{t("timeline.chainBroken", { sequence: all.brokenAt })}</Badge>}
        {ending}
        {entries.length < total && <span>{t("timeline.loaded", { loaded: entries.length, total })}</span>}
        {cursor !== null && (
          <button type="button" onClick={onAll}>{t(loadingAll ? "timeline.stop" : "timeline.loadAll")}</button>
        )}
      </div>
      <Card title={t("timeline.title")}>
        <TimelinePicture subject={subject} entries={entries} />
      </Card>
      <Card title={t("timeline.list")}>
        <VirtualList rows={entries} label={t("timeline.list")} onNearEnd={onMore}
          render={(entry) => <Row entry={entry} />} />
      </Card>
    </>
  );
}

function Row({ entry }: { entry: Entry }) {
  return (
    <>
      <a href={href("evidence", entry.id)}>{number(entry.sequence)}</a>
      <Time value={entry.time} />
      <span title={entry.type}>{typeName(entry.type)} · {entry.action}</span>
      <span>{entry.member}</span>
      <span>{entry.actor}</span>
      <span>{laneName(entry.lane)}</span>
    </>
  );
}
