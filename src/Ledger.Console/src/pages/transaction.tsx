import { useState } from "preact/hooks";
import { api } from "../api/client";
import type { Outcome, TransactionOutcome } from "../api/types";
import { Badge, Card, Facts, Failure, Hash, Json, Note, Page, Table, Time } from "../components/basics";
import { Show, useLoad } from "../components/load";
import { typeName } from "../catalogue";
import { number, t, tOr } from "../i18n";
import { href } from "../router";
import { inWorker } from "../verify/client";
import { trustedGenesis } from "../verify/trust";
import { download } from "./evidence-record";

export function TransactionPage({ id }: { id: string }) {
  const outcome = useLoad((signal) => api.transaction(id, signal), [id]);
  return (
    <Page title={t("transaction.title")}>
      <Show from={outcome}>{(value) => <OutcomeView outcome={value} />}</Show>
    </Page>
  );
}

function OutcomeView({ outcome: o }: { outcome: TransactionOutcome }) {
  const tone = o.state === "COMMITTED" ? "good" : o.state === "FAILED" ? "bad" : "warn";
  return (
    <>
      <Card title={t("transaction.outcome")} actions={<Badge tone={tone}>{o.state}</Badge>}>
        <Facts rows={[
          ["evidence.transaction", <Hash value={o.transactionId} whole />],
          ["common.height", o.height == null ? null : <a href={href("blocks", String(o.height))}>{number(o.height)}</a>],
          ["block.position", o.position ?? null],
          ["common.time", o.time ? <Time value={o.time} /> : null],
          ["block.result", o.reason ?? null],
          ["audit.records", o.recordCount == null ? null : number(o.recordCount)],
          ["evidence.logIndex", o.firstLogIndex == null ? null : number(o.firstLogIndex)],
        ]} />
        {o.height != null && <ResultCheck id={o.transactionId} />}
        {(o.recordCount ?? 0) > 0 && (
          <p><a href={href("evidence", o.transactionId)}>{t("nav.evidence")}</a></p>
        )}
      </Card>
      {o.outcome && <ContractOutcome outcome={o.outcome} />}
    </>
  );
}

function ResultCheck({ id }: { id: string }) {
  const [said, setSaid] = useState<{ tone: "good" | "bad" | "warn"; text: string } | null>(null);
  const [error, setError] = useState<unknown>(null);
  const check = async () => {
    setError(null);
    const root = await trustedGenesis();
    if (root === null) {
      setSaid({ tone: "warn", text: t("evidence.needsTrust") });
      return;
    }
    const receipt = new Blob([(await api.resultReceipt(id)) as BlobPart]);
    const { fault, result } = await inWorker({ kind: "verify", genesis: root.json, receipt, subject: null });
    const holds = fault === "NONE" && result?.transactionId === id;
    setSaid(holds
      ? { tone: "good", text: t("transaction.resultValid") }
      : { tone: "bad", text: t("evidence.receiptInvalid", { fault: tOr(`fault.${fault}`, fault) }) });
  };
  const save = async () => download(await api.resultReceipt(id), `${id}.result-receipt.json`);
  return (
    <>
      <div class="actions">
        <button type="button" class="primary" onClick={() => check().catch(setError)}>{t("transaction.verifyResult")}</button>
        <button type="button" onClick={() => save().catch(setError)}>{t("evidence.saveReceipt")}</button>
      </div>
      {error !== null && <Failure error={error} />}
      {said !== null && <Note tone={said.tone} live>{said.text}</Note>}
    </>
  );
}

export function ContractOutcome({ outcome }: { outcome: Outcome }) {
  return (
    <Card title={t("transaction.outcome")} actions={
      <Badge tone={outcome.status === "RETURNED" ? "good" : "bad"}>{outcome.status}</Badge>
    }>
      <Facts rows={[
        ["transaction.gas", number(outcome.gasUsed)],
        ["audit.detail", outcome.code ? <><code>{outcome.code}</code> {outcome.message}</> : null],
      ]} />
      {outcome.value != null && <Json value={outcome.value} label={t("transaction.value")} />}
      {outcome.events.length > 0 && (
        <Table caption={t("transaction.events")} rows={outcome.events.map((e, i) => ({ ...e, i }))} keyOf={(e) => e.i}
          columns={[
            { name: "contracts.name", cell: (e) => <a href={href("contracts", e.contract)}>{e.contract}</a> },
            { name: "transaction.events", cell: (e) => e.name },
            { name: "block.content", cell: (e) => <code>{JSON.stringify(e.payload)}</code> },
          ]} />
      )}
      {outcome.records.length > 0 && (
        <Table caption={t("audit.records")} rows={outcome.records.map((r, i) => ({ ...r, i }))} keyOf={(r) => r.i} columns={[
          { name: "common.type", cell: (r) => (
            r.id ? <a href={href("evidence", r.id)}>{typeName(r.type)}</a> : typeName(r.type)
          ) },
          { name: "common.subject", cell: (r) => <a href={href("subjects", r.subject)}>{r.subject}</a> },
          { name: "common.action", cell: (r) => r.action },
        ]} />
      )}
    </Card>
  );
}
