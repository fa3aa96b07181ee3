import { useEffect, useState } from "preact/hooks";
import { api, ApiError } from "../api/client";
import { Badge, Card, Failure, Loading, Page, Table } from "../components/basics";
import { useLoad } from "../components/load";
import { number, t } from "../i18n";
import { onSession } from "../identity/session";
import { amountText } from "../money";

const CONTRACT = "settlement";
const STATUSES = ["", "open", "approved", "instructed", "paid", "failed", "held", "rejected"] as const;
const LIMIT = 100;
// How far currencies are looked for: 5,000 payments.
const SEARCH_LIMIT = 200;
const SEARCHED_PAGES = 25;

interface Payment {
  readonly payment: string;
  readonly payer: string;
  readonly payee: string;
  readonly currency: string;
  readonly amount: string;
  readonly status: string;
}

interface PaymentPage {
  readonly payments: readonly Payment[];
  readonly next: string | null;
}

interface Totals {
  readonly payments: number;
  readonly amount: string;
  readonly sum: string;
  readonly accounts: number;
}

export function Settlement() {
  const contract = useLoad((signal) => api.contract(CONTRACT, null, signal), []);
  const { error } = contract;
  return (
    <Page title={t("settlement.title")}>
      {error instanceof ApiError && (error.status === 404 || error.reason === "NO_CONTRACTS")
        ? <p class="empty">{t("settlement.none")}</p>
        : error !== null ? <Failure error={error} retry={contract.again} />
        : contract.value === null ? <Loading /> : <><TotalsCard /><Payments /></>}
    </Page>
  );
}

async function ask<T>(fn: string, given: unknown, signal?: AbortSignal): Promise<T> {
  const { outcome } = await api.ask(CONTRACT, fn, JSON.stringify(given), signal);
  if (outcome.status !== "RETURNED") throw new ApiError(200, outcome.code ?? outcome.status, outcome.message ?? "");
  return outcome.value as T;
}

function TotalsCard() {
  const all = useLoad(totalsOfAll, []);
  if (all.error !== null) return <Failure error={all.error} retry={all.again} />;
  if (all.value === null) return <Loading />;
  const { totals, isWhole } = all.value;
  return (
    <Card title={t("settlement.balances")}>
      {totals.length === 0 ? <p class="empty">{t("trades.empty")}</p> : (
        <Table caption={t("settlement.balances")} rows={totals} keyOf={(x) => x.currency} columns={[
          { name: "settlement.currency", cell: (x) => <strong>{x.currency}</strong> },
          { name: "settlement.payments", number: true, cell: (x) => number(x.payments) },
          { name: "settlement.amount", number: true, cell: (x) => amountText(x.amount, x.currency) },
          { name: "settlement.accounts", number: true, cell: (x) => number(x.accounts) },
          { name: "settlement.sum", cell: (x) => (
            <Badge tone={x.sum === "0" ? "good" : "bad"}>Σ {amountText(x.sum, x.currency)}</Badge>
          ) },
        ]} />
      )}
      {!isWhole && <p class="empty">{t("settlement.notAll", { count: SEARCHED_PAGES * SEARCH_LIMIT })}</p>}
    </Card>
  );
}

// The contract has no list of its currencies: they are those of its payments.
async function totalsOfAll(signal: AbortSignal): Promise<{
  readonly totals: readonly (Totals & { readonly currency: string })[]; readonly isWhole: boolean;
}> {
  const currencies = new Set<string>();
  let after: string | null = null;
  let pages = 0;
  do {
    const given: object = { limit: SEARCH_LIMIT, ...(after === null ? {} : { after }) };
    const page: PaymentPage = await ask<PaymentPage>("payments", given, signal);
    for (const { currency } of page.payments) currencies.add(currency);
    after = page.next ?? null;
  } while (after !== null && ++pages < SEARCHED_PAGES);
  const totals = [];
  for (const currency of [...currencies].sort()) {
    totals.push({ currency, ...await ask<Totals>("totals", { currency }, signal) });
  }
  return { totals, isWhole: after === null };
}

function Payments() {
  const [status, setStatus] = useState("");
  const [shown, setShown] = useState<PaymentPage | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => onSession(() => setTurn((n) => n + 1)), []);
  const load = async (after: string | null, signal?: AbortSignal) => {
    try {
      const given = { limit: LIMIT, ...(status === "" ? {} : { status }), ...(after === null ? {} : { after }) };
      const page = await ask<PaymentPage>("payments", given, signal);
      setShown((before) => ({ ...page, payments: [...(after === null ? [] : before?.payments ?? []), ...page.payments] }));
      setError(null);
    } catch (problem) {
      if (!signal?.aborted) setError(problem);
    }
  };
  useEffect(() => {
    const abort = new AbortController();
    setShown(null);
    void load(null, abort.signal);
    return () => abort.abort();
  }, [status, turn]);
  return (
    <Card title={t("settlement.payments")}>
      <form class="form" onSubmit={(event) => event.preventDefault()}>
        <label>{t("settlement.status")}
          <select value={status} onChange={(event) => setStatus(event.currentTarget.value)}>
            {STATUSES.map((s) => <option key={s} value={s}>{s === "" ? t("settlement.all") : s}</option>)}
          </select>
        </label>
      </form>
      {error !== null && <Failure error={error} retry={() => void load(shown?.next ?? null)} />}
      {shown === null ? error === null && <Loading /> : shown.payments.length === 0
        ? <p class="empty">{t("trades.empty")}</p>
        : (
          <Table caption={t("settlement.payments")} rows={shown.payments} keyOf={(p) => p.payment} columns={[
            { name: "settlement.payment", cell: (p) => p.payment },
            { name: "settlement.payer", cell: (p) => p.payer },
            { name: "settlement.payee", cell: (p) => p.payee },
            { name: "settlement.amount", number: true, cell: (p) => amountText(p.amount, p.currency) },
            { name: "settlement.status", cell: (p) => <PaymentStatus status={p.status} /> },
          ]} />
        )}
      {shown?.next != null && error === null && (
        <div class="center">
          <button type="button" onClick={() => void load(shown.next)}>{t("common.more")}</button>
        </div>
      )}
    </Card>
  );
}

function PaymentStatus({ status }: { status: string }) {
  const tone = status === "paid" ? "good" : status === "failed" || status === "rejected" ? "bad"
    : status === "held" ? "warn" : "plain";
  return <Badge tone={tone}>{status}</Badge>;
}
