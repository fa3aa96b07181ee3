import { useEffect, useState } from "preact/hooks";
import { api, ApiError } from "../api/client";
import { Badge, Card, Failure, Json, Loading, Page, Table, Time } from "../components/basics";
import { followEvents, type PlacedEvent } from "../components/contract-events";
import { useLoad } from "../components/load";
import { number, t } from "../i18n";
import { href } from "../router";

const CONTRACT = "trade";
// What one page shows; more come by a button.
const SHOWN = 100;
// A stream without events says nothing: after this the page says that there are none yet.
const EMPTY_AFTER_MS = 1500;

interface Thing {
  readonly kind: string;
  readonly id: string;
  readonly step: string;
  readonly status: string;
  readonly steps: number;
  readonly last: PlacedEvent;
}

/** What the standard contract trade has in hand, told by its events. */
export function Trades() {
  const contract = useLoad((signal) => api.contract(CONTRACT, null, signal), []);
  const { error } = contract;
  return (
    <Page title={t("trades.title")}>
      {error instanceof ApiError && (error.status === 404 || error.reason === "NO_CONTRACTS")
        ? <p class="empty">{t("trades.none")}</p>
        : error !== null ? <Failure error={error} retry={contract.again} />
        : contract.value === null ? <Loading /> : <Things />}
    </Page>
  );
}

function Things() {
  const [things, setThings] = useState<readonly Thing[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    // Bound: the orders and products of the channel. Their events are counted, not kept.
    const known = new Map<string, Thing>();
    const shown = () => setThings([...known.values()].reverse());
    const timer = setTimeout(shown, EMPTY_AFTER_MS);
    const end = followEvents(CONTRACT, (events) => {
      for (const event of events) takeStep(known, event);
      shown();
    }, () => {}, setError);
    return () => {
      clearTimeout(timer);
      end();
    };
  }, []);
  if (things === null) return error === null ? <Loading /> : <Failure error={error} />;
  return (
    <>
      {error !== null && <Failure error={error} />}
      <ThingTable title={t("trades.orders")} things={things.filter((thing) => thing.kind === "order")} />
      <ThingTable title={t("trades.products")} things={things.filter((thing) => thing.kind === "product")} />
    </>
  );
}

function ThingTable({ title, things }: { title: string; things: readonly Thing[] }) {
  const [open, setOpen] = useState<string | null>(null);
  const [shown, setShown] = useState(SHOWN);
  return (
    <Card title={title}>
      {things.length === 0 ? <p class="empty">{t("trades.empty")}</p> : (
        <Table caption={title} rows={things.slice(0, shown)} keyOf={(thing) => thing.id} columns={[
          { name: "common.subject", cell: (thing) => <a href={href("subjects", thing.id)}>{thing.id}</a> },
          { name: "common.state", cell: (thing) => <Badge tone="plain">{thing.status}</Badge> },
          { name: "common.action", cell: (thing) => thing.step },
          { name: "audit.count", number: true, cell: (thing) => number(thing.steps) },
          { name: "common.time", cell: (thing) => <Time value={thing.last.time} /> },
          { name: "audit.detail", cell: (thing) => (
            <button type="button" class="quiet" aria-expanded={open === thing.id}
              onClick={() => setOpen(open === thing.id ? null : thing.id)}>{t("audit.detail")}</button>
          ) },
        ]} />
      )}
      {things.length > shown && (
        <div class="center">
          <button type="button" onClick={() => setShown(shown + SHOWN)}>{t("common.more")}</button>
        </div>
      )}
      {open !== null && <ThingDetail key={open} kind={things[0]!.kind} id={open} />}
    </Card>
  );
}

function ThingDetail({ kind, id }: { kind: string; id: string }) {
  const answer = useLoad((signal) => api.ask(CONTRACT, kind, JSON.stringify({ [kind]: id }), signal), [kind, id]);
  if (answer.error !== null) return <Failure error={answer.error} />;
  return answer.value === null ? <Loading /> : <Json value={answer.value.outcome.value} label={id} />;
}

// Events come oldest first: the last of a thing says where it stands, and puts it behind all others.
function takeStep(things: Map<string, Thing>, event: PlacedEvent): void {
  const payload = event.payload as Partial<Thing> | null | undefined;
  if (event.name !== "step" || typeof payload?.id !== "string" || typeof payload.kind !== "string") return;
  const name = `${payload.kind}/${payload.id}`;
  const steps = (things.get(name)?.steps ?? 0) + 1;
  things.delete(name);
  things.set(name, {
    kind: payload.kind, id: payload.id, step: payload.step ?? "", status: payload.status ?? "", steps, last: event,
  });
}
