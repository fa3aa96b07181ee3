import { useEffect, useState } from "preact/hooks";
import { api } from "../api/client";
import { Card, Facts, Failure, Hash, Note, Page } from "../components/basics";
import { Drop } from "../components/drop";
import { t } from "../i18n";
import { inWorker } from "../verify/client";
import type { Verdict } from "../verify/protocol";
import { forgetGenesis, readGenesis, trust, trustedGenesis, type TrustedGenesis } from "../verify/trust";
import { VerdictView } from "../verify/verdict";

type Run =
  | { readonly kind: "none" } | { readonly kind: "working"; readonly percent: number }
  | { readonly kind: "failed"; readonly error: unknown } | { readonly kind: "done"; readonly verdict: Verdict };

export function Verify() {
  const [root, setRoot] = useState<TrustedGenesis | null>(null);
  const [receipt, setReceipt] = useState<File | null>(null);
  const [subject, setSubject] = useState<File | null>(null);
  const [run, setRun] = useState<Run>({ kind: "none" });
  useEffect(() => {
    void trustedGenesis().then(setRoot);
  }, []);

  useEffect(() => {
    if (root === null || receipt === null) {
      setRun({ kind: "none" });
      return undefined;
    }
    let current = true;
    const show = (next: Run) => current && setRun(next);
    show({ kind: "working", percent: 0 });
    inWorker({ kind: "verify", genesis: root.json, receipt, subject },
      (fraction) => show({ kind: "working", percent: Math.floor(100 * fraction) })).then(
      (verdict) => show({ kind: "done", verdict }),
      (error: unknown) => show({ kind: "failed", error }));
    return () => {
      current = false;
    };
  }, [root, receipt, subject]);

  return (
    <Page title={t("verify.title")} lead={t("verify.intro")}>
      <Card title={t("verify.step1")}><Root root={root} onRoot={setRoot} /></Card>
      <div class="columns">
        <Card title={t("verify.step2")}>
          <Drop id="receipt" text={t("verify.dropReceipt")} file={receipt} onFile={setReceipt}
            onRemove={() => setReceipt(null)} />
        </Card>
        <Card title={t("verify.step3")}>
          <Drop id="subject" text={t("verify.dropSubject")} file={subject} onFile={setSubject}
            onRemove={() => setSubject(null)} />
        </Card>
      </div>
      {receipt !== null && root === null && <Note tone="warn" live>{t("verify.needsGenesis")}</Note>}
      {run.kind === "working" && (
        <div role="status">
          <p>{t("verify.working", { percent: run.percent })}</p>
          <progress max={100} value={run.percent} aria-label={t("verify.result")} />
        </div>
      )}
      {run.kind === "failed" && <Failure error={run.error} />}
      {run.kind === "done" && <VerdictView verdict={run.verdict} withSubject={subject !== null} />}
    </Page>
  );
}

function Root({ root, onRoot }: { root: TrustedGenesis | null; onRoot: (root: TrustedGenesis | null) => void }) {
  const [candidate, setCandidate] = useState<TrustedGenesis | null>(null);
  const [error, setError] = useState<unknown>(null);
  const accept = (genesis: TrustedGenesis) => {
    trust(genesis);
    setCandidate(null);
    onRoot(genesis);
  };
  const read = async (bytes: Uint8Array, then: (genesis: TrustedGenesis) => void) => {
    const { genesis, error: detail } = await readGenesis(bytes);
    if (genesis === null) throw new Error(t("verify.badGenesis", { detail: detail ?? "" }));
    setError(null);
    then(genesis);
  };
  // A file that people bring is what they trust; the node's document is what they are asked about.
  const fromFile = async (file: File) => read(new Uint8Array(await file.arrayBuffer()), accept).catch(setError);
  const fromNode = async () => {
    try {
      await read(await api.genesis(), setCandidate);
    } catch (problem) {
      setError(problem);
    }
  };
  if (root !== null) {
    const forget = () => {
      forgetGenesis();
      onRoot(null);
    };
    return (
      <>
        <Note tone="good">{t("verify.trusted")}: <strong>{root.facts.consortium} · {root.facts.channelName}</strong></Note>
        <Facts rows={[["verify.channelId", <Hash value={root.facts.channel} whole what={t("verify.channelId")} />]]} />
        <div><button type="button" onClick={forget}>{t("verify.forget")}</button></div>
      </>
    );
  }
  return (
    <>
      <p>{t("verify.untrusted")}</p>
      <Drop id="genesis" text={t("verify.dropGenesis")} onFile={fromFile} />
      {error !== null && <Failure error={error} />}
      {candidate === null
        ? <div><button type="button" onClick={fromNode}>{t("verify.fromNode")}</button></div>
        : (
          <Note tone="warn" live>
            <p><strong>{t("verify.candidate")}</strong></p>
            <p>{candidate.facts.consortium} · {candidate.facts.channelName}</p>
            <p><Hash value={candidate.facts.channel} whole what={t("verify.channelId")} /></p>
            <div class="actions">
              <button type="button" class="primary" onClick={() => accept(candidate)}>{t("verify.same")}</button>
              <button type="button" onClick={() => setCandidate(null)}>{t("verify.different")}</button>
            </div>
          </Note>
        )}
    </>
  );
}
