import { useState } from "preact/hooks";
import { api, ApiError } from "../api/client";
import { Badge, Card, Failure, Figures, Loading, Page, Table } from "../components/basics";
import { useLoad } from "../components/load";
import { number, t } from "../i18n";
import { amountText } from "../money";

const CONTRACT = "settlement";
const STATUSES = ["", "open", "approved", "instructed", "paid", "failed", "held", "rejected"] as const;
const LIMIT = 100;

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
  const totals = useLoad((signal) => ask<Totals>("totals", { currency: "CNY" }, signal), []);
  if (totals.error !== null) return <Failure error={totals.error} />;
  if (totals.value === null) return <Loading />;
  const { payments, amount, accounts, sum } = totals.value;
  return (
    <Card title={t("settlement.balances")} actions={
      <Badge tone={sum === "0" ? "good" : "bad"}>Σ {amountText(sum, "CNY")}</Badge>
    }>
      <Figures rows={[
        ["settlement.payments", number(payments)],
        ["settlement.amount", amountText(amount, "CNY")],
        ["settlement.accounts", number(accounts)],
      ]} />
    </Card>
  );
}

function Payments() {
  const [status, setStatus] = useState("");
  const [after, setAfter] = useState<string | null>(null);
  const given = { limit: LIMIT, ...(status === "" ? {} : { status }), ...(after === null ? {} : { after }) };
  const page = useLoad((signal) => ask<PaymentPage>("payments", given, signal), [status, after]);
  return (
    <Card title={t("settlement.payments")}>
      <form class="form" onSubmit={(event) => event.preventDefault()}>
        <label>{t("settlement.status")}
          <select value={status} onChange={(event) => { setStatus(event.currentTarget.value); setAfter(null); }}>
            {STATUSES.map((s) => <option key={s} value={s}>{s === "" ? t("settlement.all") : s}</option>)}
          </select>
        </label>
      </form>
      {page.error !== null && <Failure error={page.error} />}
      {page.value === null ? page.error === null && <Loading /> : page.value.payments.length === 0
        ? <p class="empty">{t("trades.empty")}</p>
        : (
          <Table caption={t("settlement.payments")} rows={page.value.payments} keyOf={(p) => p.payment} columns={[
            { name: "settlement.payment", cell: (p) => p.payment },
            { name: "settlement.payer", cell: (p) => p.payer },
            { name: "settlement.payee", cell: (p) => p.payee },
            { name: "settlement.amount", number: true, cell: (p) => amountText(p.amount, p.currency) },
            { name: "settlement.status", cell: (p) => <PaymentStatus status={p.status} /> },
          ]} />
        )}
      {page.value?.next != null && (
        <div class="center">
          <button type="button" onClick={() => setAfter(page.value!.next)}>{t("common.more")}</button>
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
