import { api } from "../api/client";
import type { Block, Transaction } from "../api/types";
import { Badge, Card, Facts, Hash, Page, Table, Time } from "../components/basics";
import { Show, useLoad } from "../components/load";
import { typeName } from "../catalogue";
import { number, t } from "../i18n";
import { href } from "../router";

export function BlockPage({ height }: { height: string }) {
  const at = Number(height);
  const block = useLoad((signal) => api.block(at, signal), [height]);
  return (
    <Page title={t("block.title", { height })} actions={
      <>
        {at > 0 && <a class="button" href={href("blocks", String(at - 1))}>{t("block.previous")}</a>}
        <a class="button" href={href("blocks", String(at + 1))}>{t("block.next")}</a>
      </>
    }>
      <Show from={block}>{(value) => <><Header block={value} /><Transactions block={value} /></>}</Show>
    </Page>
  );
}

function Header({ block }: { block: Block }) {
  return (
    <Card title={t("block.header")} actions={block.signers && (
      <Badge tone="good">{t("block.signedBy", { signers: block.signers.join(", ") })}</Badge>
    )}>
      <Facts rows={[
        ["common.hash", <Hash value={block.hash} whole />],
        ["common.time", <Time value={block.time} />],
        ["block.previousHash",
          <Hash value={block.previous} {...(block.height > 0 ? { to: href("blocks", String(block.height - 1)) } : {})} />],
        ["consortium.epoch", number(block.epoch)],
        ["blocks.proposer", block.proposer],
        ["block.transactionRoot", <Hash value={block.transactionRoot} />],
        ["block.resultRoot", <Hash value={block.resultRoot} />],
        ["block.logSize", number(block.logSize)],
        ["block.logRoot", <Hash value={block.logRoot} />],
        ["block.stateRoot", <Hash value={block.stateRoot} />],
        ["block.nextValidators", block.nextValidators ? <Hash value={block.nextValidators} /> : null],
      ]} />
    </Card>
  );
}

function Transactions({ block }: { block: Block }) {
  const rows = block.transactions ?? [];
  return (
    <Card title={t("blocks.transactions")}>
      {rows.length === 0 ? <p class="empty">{t("common.none")}</p> : (
        <Table caption={t("blocks.transactions")} rows={rows} keyOf={(x) => x.position} columns={[
          { name: "block.position", number: true, cell: (x) => x.position },
          { name: "evidence.transaction", cell: (x) => <Hash value={x.id} to={href("transactions", x.id)} /> },
          { name: "block.kind", cell: (x) => x.kind },
          { name: "block.content", cell: content },
          { name: "block.result", cell: (x) => x.result.succeeded
            ? <Badge tone="good">{t("block.tookEffect")}</Badge>
            : <Badge tone="bad">{x.result.reason}</Badge> },
        ]} />
      )}
    </Card>
  );
}

function content(transaction: Transaction) {
  const { contract, records } = transaction;
  if (contract) {
    return (
      <a href={href("contracts", contract.contract)}>
        {contract.contract}{contract.function ? `.${contract.function}` : ` (${contract.action})`}
      </a>
    );
  }
  const first = records?.[0];
  if (first === undefined) return "–";
  const more = records!.length > 1 ? ` (${t("block.records", { count: records!.length })})` : "";
  return <><a href={href("subjects", first.subject)}>{first.subject}</a> · {typeName(first.type)}{more}</>;
}
