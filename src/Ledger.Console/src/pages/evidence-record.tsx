import { useState } from "preact/hooks";
import { api } from "../api/client";
import type { Digest, Evidence } from "../api/types";
import { Card, Facts, Failure, Hash, Note, Page, Table, Time } from "../components/basics";
import { Show, useLoad } from "../components/load";
import { roleName, typeName } from "../catalogue";
import { number, t, tOr } from "../i18n";
import { href } from "../router";
import { inWorker } from "../verify/client";
import { trustedGenesis } from "../verify/trust";
import type { Verdict } from "../verify/protocol";

export function EvidenceRecordPage({ id }: { id: string }) {
  const record = useLoad((signal) => api.record(id, signal), [id]);
  const value = record.value;
  return (
    <Page title={value === null ? t("evidence.title") : typeName(value.type)} actions={value !== null && (
      <a class="button" href={href("subjects", value.subject)}>{t("evidence.timeline")}</a>
    )}>
      <Show from={record}>{(e) => <><ReceiptCheck evidence={e} /><Record evidence={e} /></>}</Show>
    </Page>
  );
}

type Checked =
  | { readonly kind: "idle" } | { readonly kind: "no-trust" } | { readonly kind: "error"; readonly error: unknown }
  | { readonly kind: "done"; readonly verdict: Verdict };

function ReceiptCheck({ evidence }: { evidence: Evidence }) {
  const [checked, setChecked] = useState<Checked>({ kind: "idle" });
  const check = async () => {
    try {
      const root = await trustedGenesis();
      if (root === null) {
        setChecked({ kind: "no-trust" });
        return;
      }
      const receipt = new Blob([(await api.receipt(evidence.id)) as BlobPart]);
      const verdict = await inWorker({ kind: "verify", genesis: root.json, receipt, subject: null });
      setChecked({ kind: "done", verdict });
    } catch (error) {
      setChecked({ kind: "error", error });
    }
  };
  const save = async () => {
    try {
      download(await api.receipt(evidence.id), `${evidence.id}.receipt.json`);
    } catch (error) {
      setChecked({ kind: "error", error });
    }
  };
  return (
    <>
      <div class="actions">
        <button type="button" class="primary" onClick={check}>{t("evidence.verifyReceipt")}</button>
        <button type="button" onClick={save}>{t("evidence.saveReceipt")}</button>
      </div>
      {checked.kind === "no-trust" && (
        <Note tone="warn" live>{t("evidence.needsTrust")} <a href={href("verify")}>{t("nav.verify")}</a></Note>
      )}
      {checked.kind === "error" && <Failure error={checked.error} />}
      {checked.kind === "done" && <ReceiptVerdict verdict={checked.verdict} evidence={evidence} />}
    </>
  );
}

function ReceiptVerdict({ verdict, evidence }: { verdict: Verdict; evidence: Evidence }) {
  const { fault, proven } = verdict;
  if (proven === null) {
    return <Note tone="bad" live>{t("evidence.receiptInvalid", { fault: tOr(`fault.${fault}`, fault) })}</Note>;
  }
  // A node could send a good receipt of something else.
  const same = proven.id === evidence.id && proven.subject === evidence.subject && proven.type === evidence.type
    && proven.actor === evidence.actor && proven.action === evidence.action && proven.member === evidence.member
    && JSON.stringify(proven.digests.map((d) => d.value)) === JSON.stringify(evidence.digests.map((d) => d.value));
  return same
    ? <Note tone="good" live>{t("evidence.receiptValid", { signers: proven.signers.length, n: proven.validators })}</Note>
    : <Note tone="bad" live>{t("evidence.receiptOther")}</Note>;
}

function Record({ evidence: e }: { evidence: Evidence }) {
  return (
    <>
      <Card title={typeName(e.type)}>
        <Facts rows={[
          ["common.subject", <a href={href("subjects", e.subject)}>{e.subject}</a>],
          ["common.action", e.action],
          ["common.actor", e.actor],
          ["common.role", roleName(e.role)],
          ["evidence.anchored", <Time value={e.time} />],
          ["evidence.anchoredBy", e.member],
          ["evidence.coSigners", e.coSigners?.length ? e.coSigners.map((s) => s.member).join(", ") : null],
          ["evidence.occurred", e.occurredAt ? <Time value={e.occurredAt} /> : null],
          ["common.height", <a href={href("blocks", String(e.height))}>{number(e.height)}</a>],
          ["evidence.logIndex", number(e.logIndex)],
          ["evidence.sequence", number(e.subjectSequence)],
          ["evidence.id", <Hash value={e.id} whole />],
          ["evidence.transaction", <Hash value={transactionOf(e.id)} to={href("transactions", transactionOf(e.id))} />],
          ["evidence.key", <Hash value={e.sender} />],
          ["evidence.leafHash", <Hash value={e.leafHash} />],
          ["evidence.previousLeaf", e.previous ? <Hash value={e.previous} /> : null],
        ]} />
      </Card>
      <div class="columns">
        <Card title={t("evidence.digests")}><Digests digests={e.digests} /></Card>
        <Card title={t("evidence.attributes")}>
          {e.attributes.length === 0 ? <p class="empty">{t("common.none")}</p> : (
            <dl class="facts">{e.attributes.map((a) => (
              <><dt key={`${a.key}-`}>{a.key}</dt><dd key={a.key}>{a.value}</dd></>
            ))}</dl>
          )}
        </Card>
      </div>
      {e.links.length > 0 && (
        <Card title={t("evidence.links")}>
          {e.links.map((link) => <Hash key={link} value={link} to={href("evidence", link)} />)}
        </Card>
      )}
    </>
  );
}

export function Digests({ digests }: { digests: readonly Digest[] }) {
  if (digests.length === 0) return <p class="empty">{t("common.none")}</p>;
  return (
    <Table caption={t("evidence.digests")} rows={digests} keyOf={(d) => `${d.algorithm}:${d.value}`} columns={[
      { name: "common.type", cell: (d) => <span class="mono">{d.algorithm}</span> },
      { name: "common.hash", cell: (d) => <Hash value={d.value} what={t("evidence.byDigest")} /> },
    ]} />
  );
}

function transactionOf(evidenceId: string): string {
  return evidenceId.split(".")[0]!;
}

export function download(bytes: Uint8Array, name: string): void {
  const address = URL.createObjectURL(new Blob([bytes as BlobPart]));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
