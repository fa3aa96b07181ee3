import { api } from "../api/client";
import type { Contract } from "../api/types";
import { Badge, Card, Hash, Page, Table } from "../components/basics";
import { Show, useLoad } from "../components/load";
import { number, t } from "../i18n";
import { href } from "../router";

// Names that a console lists; a channel with more is searched by name.
const MAX_CONTRACTS = 1000;

export function Contracts() {
  const all = useLoad(listContracts, []);
  return (
    <Page title={t("contracts.title")}>
      <Show from={all}>{(contracts) => contracts.length === 0
        ? <p class="empty">{t("contracts.none")}</p>
        : (
          <Card title={t("contracts.title")}>
            <Table caption={t("contracts.title")} rows={contracts} keyOf={(c) => c.name} columns={[
              { name: "contracts.name", cell: (c) => <a href={href("contracts", c.name)}>{c.name}</a> },
              { name: "common.version", number: true, cell: (c) => number(c.version) },
              { name: "common.state", cell: (c) => <ContractState contract={c} /> },
              { name: "contracts.owner", cell: (c) => c.owner },
              { name: "contracts.deployed", number: true, cell: (c) => (
                <a href={href("blocks", String(c.height))}>{number(c.height)}</a>
              ) },
              { name: "contract.sourceHash", cell: (c) => <Hash value={c.sourceHash} /> },
            ]} />
          </Card>
        )}
      </Show>
    </Page>
  );
}

export function ContractState({ contract }: { contract: Contract }) {
  const tone = contract.state === "ACTIVE" ? "good" : contract.state === "FROZEN" ? "warn" : "bad";
  return <Badge tone={tone}>{contract.state}</Badge>;
}

export async function listContracts(signal: AbortSignal): Promise<readonly Contract[]> {
  const all: Contract[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof api.contracts>> = await api.contracts(cursor, signal);
    all.push(...page.contracts);
    cursor = page.nextCursor ?? null;
  } while (cursor !== null && all.length < MAX_CONTRACTS);
  return all;
}
