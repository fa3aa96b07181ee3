import { Card, Facts, Hash, Note, Time } from "../components/basics";
import { roleName, typeName } from "../catalogue";
import { number, t, tOr } from "../i18n";
import type { Proven, ProvenResult, ProvenStatement, SubjectVerdict, Verdict } from "./protocol";

/** What a verification came to, in words first. */
export function VerdictView({ verdict, withSubject }: { verdict: Verdict; withSubject: boolean }) {
  const { form, fault, proven, result, statement, subject } = verdict;
  return (
    <Card title={t("verify.result")}>
      <div role="status" data-verdict={fault} data-form={form}>
        {fault === "NONE"
          ? <Note tone="good"><span class="verdict">{t("verify.receiptHolds")}</span></Note>
          : <Refused verdict={verdict} />}
      </div>
      {subject !== null && <Subject subject={subject} />}
      {withSubject && result !== null && <Note tone="warn">{t("verify.noFileDigest")}</Note>}
      {statement !== null && <StatementView statement={statement} />}
      {proven !== null && <ProvenView proven={proven} />}
      {result !== null && <ResultView result={result} />}
      {form !== null && <Facts rows={[["verify.formIs", tOr(`verify.form.${form}`, form)]]} />}
      <p class="empty">{t("verify.took", { milliseconds: verdict.milliseconds })}</p>
    </Card>
  );
}

function Refused({ verdict: { fault, detail, epochChange } }: { verdict: Verdict }) {
  return (
    <Note tone="bad">
      <p class="verdict">{t("verify.receiptFails")}</p>
      <p>{tOr(`fault.${fault}`, fault)} <code>{fault}</code></p>
      {detail !== null && <p><code>{detail}</code></p>}
      {epochChange !== null && <p>{t("verify.place", { place: epochChange })}</p>}
    </Note>
  );
}

function Subject({ subject }: { subject: SubjectVerdict }) {
  if (subject.kind === "unreadable") {
    return <Note tone="bad" live><p class="verdict">{t("verify.unreadable")}</p><code>{subject.detail}</code></Note>;
  }
  if (subject.kind === "file") {
    return (
      <div data-file={subject.matches ? "same" : "other"}>
        <Note tone={subject.matches ? "good" : "bad"} live>
          <p class="verdict">{t(subject.matches ? "verify.fileMatches" : "verify.fileDiffers")}</p>
          <p>{t("verify.fileDigest")}: <Hash value={subject.digest} whole /></p>
        </Note>
      </div>
    );
  }
  const holds = subject.verdict === "VALID";
  return (
    <div data-disclosure={subject.verdict}>
      <Note tone={holds ? "good" : "bad"} live>
        <p class="verdict">{t(holds ? "verify.disclosureHolds" : "verify.disclosureFails")}</p>
        {!holds && <p>{tOr(`fault.${subject.verdict}`, subject.verdict)} <code>{subject.verdict}</code></p>}
        {subject.record !== null && <p>{t("verify.disclosureRecord", { record: subject.record + 1 })}</p>}
        <p>{t("verify.disclosureRange", {
          first: subject.first + 1, last: subject.first + subject.shown, total: subject.total,
        })}</p>
      </Note>
      {/* What does not hold is not shown as if it did. */}
      {holds && subject.shown > subject.rows.length && (
        <p class="empty">{t("verify.firstRows", { count: subject.rows.length })}</p>
      )}
      {holds && (
        <pre tabIndex={0} role="region" aria-label={t("timeline.list")}>
          {[...(subject.header === null ? [] : [subject.header]), ...subject.rows].join("\n")}
        </pre>
      )}
    </div>
  );
}

function StatementView({ statement: { issuer, subject, contentType, isHash, size, payload } }: {
  statement: ProvenStatement;
}) {
  return (
    <>
      <h3>{t("verify.statement")}</h3>
      <Facts rows={[
        ["verify.issuer", issuer],
        ["common.subject", subject],
        ["verify.contentType", <code>{contentType}</code>],
        isHash
          ? ["verify.payloadHash", <Hash value={payload} whole />]
          : ["verify.payload", t("verify.payloadSize", { size })],
      ]} />
      {!isHash && <pre tabIndex={0} role="region" aria-label={t("verify.payload")}>{payload}</pre>}
    </>
  );
}

function ProvenView({ proven }: { proven: Proven }) {
  return (
    <>
      <h3 class="hidden-text">{t("verify.says")}</h3>
      <Facts rows={[
        ["common.type", typeName(proven.type)],
        ["common.subject", proven.subject],
        ["common.action", proven.action],
        ["common.actor", proven.actor],
        ["common.role", roleName(proven.role)],
        ["evidence.anchoredBy", proven.member],
        ["evidence.coSigners", proven.coSigners.length === 0 ? null : proven.coSigners.join(", ")],
        ["evidence.anchored", <Time value={proven.time} />],
        ["evidence.occurred", proven.occurredAt === 0 ? null : <Time value={proven.occurredAt} />],
        ["common.height", number(Number(proven.height))],
        ["evidence.id", <Hash value={proven.id} whole />],
        ["verify.certifiedBy", t("verify.certifiedValue", {
          signers: proven.signers.join(", "), count: proven.signers.length, n: proven.validators, quorum: proven.quorum,
        })],
      ]} />
      {proven.digests.length > 0 && (
        <dl class="facts">{proven.digests.map((d) => (
          <><dt key={`${d.value}-`} class="mono">{d.algorithm}</dt><dd key={d.value}><Hash value={d.value} whole /></dd></>
        ))}</dl>
      )}
      {proven.attributes.length > 0 && (
        <dl class="facts">{proven.attributes.map((a) => (
          <><dt key={`${a.key}-`}>{a.key}</dt><dd key={a.key}>{a.value}</dd></>
        ))}</dl>
      )}
    </>
  );
}

function ResultView({ result }: { result: ProvenResult }) {
  return (
    <Facts rows={[
      ["evidence.transaction", <Hash value={result.transactionId} whole />],
      ["transaction.outcome", result.refusal === 0
        ? t("verify.resultEffect") : t("verify.resultRefused", { reason: result.refusal })],
      ["common.height", number(Number(result.height))],
      ["common.time", <Time value={result.time} />],
      ["transaction.value", result.value === null || result.value === "" ? null : <code>{result.value}</code>],
    ]} />
  );
}
