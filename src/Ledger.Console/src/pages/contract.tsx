import { fromUtf8, toHex, utf8 } from "@ledger/verify";
import { useState } from "preact/hooks";
import { api } from "../api/client";
import type { ContractDetails, QueryAnswer } from "../api/types";
import { Badge, Card, Facts, Failure, Hash, Note, Page, Table, Time } from "../components/basics";
import { useContractEvents } from "../components/contract-events";
import { Show, useLoad } from "../components/load";
import { number, t, tOr } from "../i18n";
import { href } from "../router";
import { checkedState, type CheckedState } from "../verify/state";
import { ContractState } from "./contracts";
import { ContractOutcome } from "./transaction";

export function ContractPage({ name }: { name: string }) {
  const details = useLoad(async (signal) => {
    // The source of a version is asked for by its number, which the first answer has.
    const { contract } = await api.contract(name, null, signal);
    return api.contract(name, contract.version, signal);
  }, [name]);
  return (
    <Page title={t("contract.title", { name })}>
      <Show from={details}>{(value) => (
        <>
          <Overview details={value} />
          <Query name={name} schema={value.source?.schema} />
          <StateCard name={name} />
          <Events name={name} />
          {value.source && (
            <Card title={t("contract.source")}>
              <pre tabIndex={0} role="region" aria-label={t("contract.source")}>{value.source.source}</pre>
            </Card>
          )}
        </>
      )}</Show>
    </Page>
  );
}

function Overview({ details: { contract } }: { details: ContractDetails }) {
  return (
    <Card title={t("contracts.name")} actions={<ContractState contract={contract} />}>
      <Facts rows={[
        ["contracts.owner", contract.owner],
        ["common.version", number(contract.version)],
        ["contracts.deployed", <a href={href("blocks", String(contract.height))}>{number(contract.height)}</a>],
        ["common.time", <Time value={contract.builtAt} />],
        ["contract.sourceHash", <Hash value={contract.sourceHash} />],
        ["contract.schemaHash", <Hash value={contract.schemaHash} />],
        ["contract.engine", <Hash value={contract.engine} />],
      ]} />
    </Card>
  );
}

function Query({ name, schema }: { name: string; schema: unknown }) {
  const queries = Object.keys((schema as { queries?: Record<string, unknown> } | undefined)?.queries ?? {});
  const [fn, setFn] = useState(queries[0] ?? "");
  const [given, setGiven] = useState("{}");
  const [answer, setAnswer] = useState<QueryAnswer | null>(null);
  const [error, setError] = useState<unknown>(null);
  const ask = async (event: Event) => {
    event.preventDefault();
    setAnswer(null);
    setError(null);
    try {
      JSON.parse(given);
    } catch {
      setError(new Error(t("contract.badJson")));
      return;
    }
    try {
      setAnswer(await api.ask(name, fn, given));
    } catch (problem) {
      setError(problem);
    }
  };
  if (queries.length === 0) return <p class="empty">{t("contract.noQueries")}</p>;
  return (
    <Card title={t("contract.queries")}>
      <form class="form" onSubmit={ask}>
        <label>{t("contract.function")}
          <select value={fn} onChange={(event) => setFn(event.currentTarget.value)}>
            {queries.map((query) => <option key={query} value={query}>{query}</option>)}
          </select>
        </label>
        <label class="wide">{t("contract.arguments")}
          <textarea value={given} spellcheck={false} onInput={(event) => setGiven(event.currentTarget.value)} />
        </label>
        <button type="submit" class="primary">{t("contract.ask")}</button>
      </form>
      {error !== null && <Failure error={error} />}
      {answer !== null && (
        <div role="status">
          <p>{t("contract.answer", { height: answer.height })}</p>
          <ContractOutcome outcome={answer.outcome} />
        </div>
      )}
    </Card>
  );
}

/** A value of the contract's own state, checked here against the state root of a certified block. */
function StateCard({ name }: { name: string }) {
  const [key, setKey] = useState("");
  const [found, setFound] = useState<CheckedState | null>(null);
  const [error, setError] = useState<unknown>(null);
  const look = async (event: Event) => {
    event.preventDefault();
    setFound(null);
    setError(null);
    try {
      setFound(await checkedState(`contract/${name}`, utf8(key)));
    } catch (problem) {
      setError(problem);
    }
  };
  return (
    <Card title={t("contract.state")}>
      <form class="form" onSubmit={look}>
        <label class="wide">{t("contract.key")}
          <input type="text" value={key} maxLength={1024} required spellcheck={false}
            onInput={(event) => setKey(event.currentTarget.value)} />
        </label>
        <button type="submit" class="primary">{t("contract.look")}</button>
      </form>
      {error !== null && <Failure error={error} />}
      {found !== null && <StateView found={found} />}
    </Card>
  );
}

function StateView({ found: { value, check } }: { found: CheckedState }) {
  if (check !== null && check.fault !== null) {
    return <Note tone="bad" live>{t("contract.stateFault", { fault: tOr(`fault.${check.fault}`, check.fault) })}</Note>;
  }
  return (
    <>
      {value === null
        ? <p>{t("contract.stateAbsent")}</p>
        : <pre tabIndex={0} role="region" aria-label={t("contract.state")}>{fromUtf8(value) ?? toHex(value)}</pre>}
      {check === null
        ? <Note tone="plain" live>{t("evidence.needsTrust")} <a href={href("verify")}>{t("nav.verify")}</a></Note>
        : <Note tone="good" live>{t("contract.stateProven", { block: number(Number(check.height)) })}</Note>}
    </>
  );
}

function Events({ name }: { name: string }) {
  const { events, live, error } = useContractEvents(name);
  return (
    <Card title={t("contract.events")} actions={live && <Badge tone="good">{t("contract.eventsHint")}</Badge>}>
      {error !== null && <Failure error={error} />}
      {events.length === 0 ? <p class="empty">{t("contract.noEvents")}</p> : (
        <Table caption={t("contract.events")} rows={events.slice(0, 100)}
          keyOf={(e) => `${e.height}/${e.position}/${e.index}`} columns={[
            { name: "common.height", cell: (e) => <a href={href("blocks", String(e.height))}>{number(e.height)}</a> },
            { name: "common.time", cell: (e) => <Time value={e.time} /> },
            { name: "transaction.events", cell: (e) => e.name },
            { name: "block.content", cell: (e) => <code>{JSON.stringify(e.payload)}</code> },
            { name: "evidence.transaction", cell: (e) => (
              <Hash value={e.transactionId} to={href("transactions", e.transactionId)} />
            ) },
          ]} />
      )}
    </Card>
  );
}
