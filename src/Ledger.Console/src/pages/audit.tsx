import { api, ApiError } from "../api/client";
import type { AuditReport, Fault, FaultPage, NamedCount } from "../api/types";
import { Badge, Card, Facts, Failure, Figures, Hash, Json, Loading, Note, Page, Table, Time } from "../components/basics";
import { Show, useLoad } from "../components/load";
import { typeName } from "../catalogue";
import { number, t, type MessageKey } from "../i18n";
import { href } from "../router";

export function Audit() {
  const faults = useLoad(listFaults, []);
  const report = useLoad((signal) => api.auditReport(signal), []);
  return (
    <Page title={t("audit.title")}>
      <Card title={t("audit.faults")}>
        <Show from={faults}>{(all) => <Faults faults={all} />}</Show>
      </Card>
      {report.error !== null
        ? <NoReport error={report.error} />
        : report.value === null ? <Loading /> : <Report report={report.value} />}
    </Page>
  );
}

// What a page lists: two for each validator of the largest consortium.
const MAX_FAULTS = 512;

/** Every proof that the node keeps. */
export async function listFaults(signal: AbortSignal): Promise<readonly Fault[]> {
  const all: Fault[] = [];
  let cursor: string | null = null;
  do {
    const page: FaultPage = await api.faults(cursor, signal);
    all.push(...page.faults);
    cursor = page.nextCursor ?? null;
  } while (cursor !== null && all.length < MAX_FAULTS);
  return all;
}

function NoReport({ error }: { error: unknown }) {
  const signedOut = error instanceof ApiError && error.status === 401;
  const broken = error instanceof ApiError && [0, 429, 500, 503].includes(error.status);
  return signedOut || broken ? <Failure error={error} /> : <Note tone="plain">{t("audit.notAuditNode")}</Note>;
}

function Faults({ faults }: { faults: readonly Fault[] }) {
  if (faults.length === 0) return <Note tone="good">{t("audit.noFaults")}</Note>;
  return (
    <>
      {faults.map((fault) => (
        <details key={fault.proofBytes}>
          <summary><Badge tone="bad">{fault.kind}</Badge></summary>
          <Facts rows={[
            ["audit.epoch", number(fault.epoch)],
            ["audit.culprit", <Hash value={fault.culpritKey} whole />],
          ]} />
          <Json value={fault.proof} label={t("audit.proof")} />
        </details>
      ))}
    </>
  );
}

function Report({ report: r }: { report: AuditReport }) {
  return (
    <>
      <Card title={t("audit.report")} actions={r.problems.length === 0
        ? <Badge tone="good">{t("audit.allHeld")}</Badge>
        : <Badge tone="bad">{t("audit.problems")}: {number(r.problems.length)}</Badge>}>
        {r.problems.map((problem) => <Note key={problem} tone="bad">{problem}</Note>)}
        <Figures rows={[
          ["audit.blocks", number(r.blocks)],
          ["audit.transactions", number(r.transactions)],
          ["audit.refused", number(r.refusedTransactions)],
          ["audit.records", number(r.records)],
          ["audit.proposerChanges", number(r.changesOfProposer)],
        ]} />
        <Facts rows={[["audit.auditor", r.auditor], ["audit.madeAt", <Time value={r.madeAt} />]]} />
      </Card>
      <Card title={t("audit.checked")}>
        <Figures rows={[
          ["audit.executed", number(r.totals.blocksExecuted)],
          ["audit.certificates", number(r.totals.certificates)],
          ["audit.certificateSignatures", number(r.totals.certificateSignatures)],
          ["audit.transactionSignatures", number(r.totals.transactionSignatures)],
          ["audit.roots", number(r.totals.roots)],
        ]} />
      </Card>
      <Card title={t("audit.conduct")}><Conduct report={r} /></Card>
      <Card title={t("audit.findings")}>
        {r.findings.length === 0 ? <Note tone="good">{t("audit.noFindings")}</Note> : (
          <Table caption={t("audit.findings")} rows={r.findings.map((f, i) => ({ ...f, i }))} keyOf={(f) => f.i} columns={[
            { name: "audit.kind", cell: (f) => <Badge tone="warn">{f.kind}</Badge> },
            { name: "consortium.validators", number: true, cell: (f) => f.validatorIndex },
            { name: "common.height", number: true, cell: (f) => (
              <a href={href("blocks", String(f.height))}>{number(f.height)}</a>
            ) },
            { name: "common.time", cell: (f) => <Time value={f.time} /> },
            { name: "audit.detail", cell: (f) => f.detail },
          ]} />
        )}
      </Card>
      <div class="columns">
        <Counts title="audit.byType" rows={r.recordsByType.map((c) => ({ ...c, name: typeName(c.name) }))} />
        <Counts title="audit.byMember" rows={r.recordsByMember} />
      </div>
    </>
  );
}

function Conduct({ report }: { report: AuditReport }) {
  return (
    <Table caption={t("audit.conduct")} rows={report.validators} keyOf={(v) => v.validatorIndex} columns={[
      { name: "common.member", cell: (v) => v.member },
      { name: "audit.signed", number: true, cell: (v) => number(v.signedBlocks) },
      { name: "audit.proposed", number: true, cell: (v) => number(v.proposedBlocks) },
      { name: "consortium.certified", number: true, cell: (v) => number(v.certifiedHeight) },
      { name: "audit.lastHeard", cell: (v) => (v.lastHeard ? <Time value={v.lastHeard} /> : "–") },
      { name: "audit.faultsOf", cell: (v) => (
        <Badge tone={v.faults === 0 ? "good" : "bad"}>{number(v.faults)}</Badge>
      ) },
    ]} />
  );
}

function Counts({ title, rows }: { title: MessageKey; rows: readonly NamedCount[] }) {
  return (
    <Card title={t(title)}>
      <Table caption={t(title)} rows={rows} keyOf={(c) => c.name} columns={[
        { name: "common.type", cell: (c) => c.name },
        { name: "audit.count", number: true, cell: (c) => number(c.count) },
      ]} />
    </Card>
  );
}
