import { useEffect, useState } from "preact/hooks";
import { api } from "../api/client";
import { follow } from "../api/stream";
import type { Block } from "../api/types";
import { Badge, Card, Failure, Hash, Loading, Page, Table, Time } from "../components/basics";
import { onSession } from "../identity/session";
import { number, t } from "../i18n";
import { href } from "../router";

const PAGE = 50;
// A page that is left open for days must not grow without end.
const MAX_SHOWN = 2000;

interface Shown {
  readonly blocks: readonly Block[];
  readonly nextBefore: number | null;
  /** Height of the newest block of the first page: what is above arrived since. */
  readonly opened: number;
}

export function Blocks() {
  const [shown, setShown] = useState<Shown | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [live, setLive] = useState(false);
  const [paused, setPaused] = useState(false);
  const [turn, setTurn] = useState(0);
  useEffect(() => onSession(() => setTurn((n) => n + 1)), []);

  useEffect(() => {
    const abort = new AbortController();
    api.blocks(null, PAGE, abort.signal).then((page) => {
      const opened = page.blocks[0]?.height ?? 0;
      setShown({ blocks: page.blocks, nextBefore: page.nextBefore ?? null, opened });
      setError(null);
      if (!paused) watch(opened, abort.signal, setShown, setLive).catch(setError);
    }, (problem: unknown) => abort.signal.aborted || setError(problem));
    return () => {
      abort.abort();
      setLive(false);
    };
  }, [paused, turn]);

  const more = async () => {
    const page = await api.blocks(shown!.nextBefore, PAGE);
    setShown((now) => now && {
      ...now, blocks: [...now.blocks, ...page.blocks], nextBefore: page.nextBefore ?? null,
    });
  };

  const newest = shown?.blocks[0];
  return (
    <Page title={t("blocks.title")} actions={
      <>
        {!paused && <Badge tone={live ? "good" : "warn"}>{t(live ? "blocks.live" : "blocks.notLive")}</Badge>}
        <button type="button" onClick={() => setPaused(!paused)}>{t(paused ? "blocks.resume" : "blocks.pause")}</button>
      </>
    }>
      <p class="hidden-text" role="status">
        {newest && shown && newest.height > shown.opened ? t("blocks.newBlock", { height: newest.height }) : ""}
      </p>
      {error !== null && <Failure error={error} retry={() => setTurn(turn + 1)} />}
      {shown === null ? error === null && <Loading /> : (
        <Card title={t("blocks.title")}>
          <BlockTable blocks={shown.blocks} opened={shown.opened} />
          {shown.nextBefore !== null && shown.blocks.length < MAX_SHOWN && (
            <div class="center"><button type="button" onClick={() => more().catch(setError)}>{t("common.more")}</button></div>
          )}
        </Card>
      )}
    </Page>
  );
}

function watch(
  from: number, signal: AbortSignal, setShown: (change: (now: Shown | null) => Shown | null) => void,
  setLive: (live: boolean) => void,
): Promise<void> {
  return follow(`/blocks/stream?from=${from + 1}`, ({ data }) => {
    const block = JSON.parse(data) as Block;
    setShown((now) => now === null || block.height <= (now.blocks[0]?.height ?? -1)
      ? now
      : { ...now, blocks: [block, ...now.blocks].slice(0, MAX_SHOWN) });
  }, (live) => signal.aborted || setLive(live), signal);
}

function BlockTable({ blocks, opened }: { blocks: readonly Block[]; opened: number }) {
  return (
    <Table caption={t("blocks.title")} rows={blocks} keyOf={(b) => b.height} isNew={(b) => b.height > opened} columns={[
      { name: "common.height", cell: (b) => <a href={href("blocks", String(b.height))}>{number(b.height)}</a> },
      { name: "common.time", cell: (b) => <Time value={b.time} /> },
      { name: "blocks.transactions", number: true, cell: (b) => number(b.transactionCount) },
      { name: "block.logSize", number: true, cell: (b) => number(b.logSize) },
      { name: "blocks.proposer", number: true, cell: (b) => b.proposer },
      { name: "blocks.signers", cell: (b) => b.signers?.join(", ") ?? "–" },
      { name: "common.hash", cell: (b) => <Hash value={b.hash} /> },
    ]} />
  );
}
