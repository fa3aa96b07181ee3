import { useEffect, useState } from "preact/hooks";
import { api, type EvidenceQuery } from "../api/client";
import type { Evidence } from "../api/types";
import { Card, Failure, Loading, Page, Table, Time } from "../components/basics";
import { Drop } from "../components/drop";
import { TYPES, typeName } from "../catalogue";
import { language, number, t, type MessageKey } from "../i18n";
import { go, href } from "../router";
import { inWorker } from "../verify/client";

const WAYS = ["subject", "digest", "actor", "type"] as const;

type Way = (typeof WAYS)[number];

const WAY_NAMES: Readonly<Record<Way, MessageKey>> = {
  subject: "evidence.bySubject", digest: "evidence.byDigest", actor: "evidence.byActor", type: "evidence.byType",
};

const LIMIT = 100;

export function EvidenceSearch({ query }: { query: URLSearchParams }) {
  const way = WAYS.find((known) => query.has(known)) ?? null;
  return (
    <Page title={t("evidence.title")}>
      <Card title={t("evidence.search")}>
        <SearchForm query={query} />
        <FileSearch />
      </Card>
      {way === null
        ? <p class="empty">{t("evidence.hint")}</p>
        : <Results key={query.toString()} way={way} query={query} />}
    </Page>
  );
}

function SearchForm({ query }: { query: URLSearchParams }) {
  const [way, setWay] = useState<Way>(WAYS.find((known) => query.has(known)) ?? "subject");
  const [value, setValue] = useState(query.get(way) ?? "");
  const [from, setFrom] = useState(query.get("from") ?? "");
  const [to, setTo] = useState(query.get("to") ?? "");
  const submit = (event: Event) => {
    event.preventDefault();
    const wanted = value.trim();
    if (wanted === "") return;
    go(href("evidence", "", { [way]: way === "digest" ? digestOf(wanted) : wanted, from, to }));
  };
  return (
    <form class="form" role="search" onSubmit={submit}>
      <label>{t("evidence.by")}
        <select value={way} onChange={(event) => { setWay(event.currentTarget.value as Way); setValue(""); }}>
          {WAYS.map((known) => <option key={known} value={known}>{t(WAY_NAMES[known])}</option>)}
        </select>
      </label>
      <label class="wide">{t("evidence.value")}
        {way === "type"
          ? (
            <select value={value} onChange={(event) => setValue(event.currentTarget.value)}>
              <option value="" />
              {TYPES.map((type) => <option key={type.code} value={type.code}>{type[language()]} ({type.code})</option>)}
            </select>
          )
          : <input value={value} onInput={(event) => setValue(event.currentTarget.value)} autocomplete="off"
              spellcheck={false} />}
      </label>
      <label>{t("evidence.from")}
        <input type="datetime-local" value={from} onInput={(event) => setFrom(event.currentTarget.value)} />
      </label>
      <label>{t("evidence.to")}
        <input type="datetime-local" value={to} onInput={(event) => setTo(event.currentTarget.value)} />
      </label>
      <button type="submit" class="primary">{t("evidence.search")}</button>
    </form>
  );
}

// As the command prints it, a digest has its algorithm before a colon.
function digestOf(text: string): string {
  return text.slice(text.lastIndexOf(":") + 1).toLowerCase();
}

function FileSearch() {
  const [hashing, setHashing] = useState<{ name: string; percent: number } | null>(null);
  const hash = async (file: File) => {
    setHashing({ name: file.name, percent: 0 });
    const digest = await inWorker({ kind: "digest", file }, (fraction) =>
      setHashing({ name: file.name, percent: Math.floor(100 * fraction) }));
    setHashing(null);
    go(href("evidence", "", { digest }));
  };
  return (
    <>
      <Drop id="search-file" text={t("evidence.dropFile")} onFile={hash} />
      {hashing !== null && <p role="status">{t("evidence.hashing", hashing)}</p>}
    </>
  );
}

function Results({ way, query }: { way: Way; query: URLSearchParams }) {
  const [found, setFound] = useState<readonly Evidence[] | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const question: EvidenceQuery = {
    [way]: query.get(way)!, limit: LIMIT, order: "newest", ...span(query, "from"), ...span(query, "to"),
  };
  const load = async (after: string | null, signal?: AbortSignal) => {
    try {
      // A page may be empty and not be the last.
      let page = await api.evidence({ ...question, cursor: after }, signal);
      while (page.evidence.length === 0 && page.nextCursor) {
        page = await api.evidence({ ...question, cursor: page.nextCursor }, signal);
      }
      setFound((before) => [...(after === null ? [] : before ?? []), ...page.evidence]);
      setCursor(page.nextCursor ?? null);
      setError(null);
    } catch (problem) {
      if (!signal?.aborted) setError(problem);
    }
  };
  useEffect(() => {
    const abort = new AbortController();
    void load(null, abort.signal);
    return () => abort.abort();
  }, []);

  // What was found stays: the error stands beside it, and the button below asks again.
  const failure = error !== null && <Failure error={error} retry={() => void load(found === null ? null : cursor)} />;
  if (found === null) return failure || <Loading />;
  const subject = way === "subject" ? query.get("subject") : null;
  const count = t(cursor === null ? "evidence.results" : "evidence.resultsMore", { count: found.length });
  return (
    <Card title={count} actions={subject !== null && found.length > 0 && (
      <a class="button" href={href("subjects", subject)}>{t("evidence.timeline")}</a>
    )}>
      {found.length === 0 ? <p class="empty" role="status">{t("evidence.nothing")}</p> : <EvidenceTable rows={found} />}
      {failure}
      {cursor !== null && error === null && (
        <div class="center"><button type="button" onClick={() => void load(cursor)}>{t("common.more")}</button></div>
      )}
    </Card>
  );
}

export function EvidenceTable({ rows }: { rows: readonly Evidence[] }) {
  return (
    <Table caption={t("evidence.title")} rows={rows} keyOf={(e) => e.id} columns={[
      { name: "common.time", cell: (e) => <a href={href("evidence", e.id)}><Time value={e.time} /></a> },
      { name: "common.type", cell: (e) => typeName(e.type) },
      { name: "common.subject", cell: (e) => <a href={href("subjects", e.subject)}>{e.subject}</a> },
      { name: "common.action", cell: (e) => e.action },
      { name: "common.actor", cell: (e) => e.actor },
      { name: "common.member", cell: (e) => e.member },
      // 0 on a node that began from a snapshot above the record: it does not know the block.
      { name: "common.height", number: true, cell: (e) => (
        e.height > 0 ? <a href={href("blocks", String(e.height))}>{number(e.height)}</a> : "–"
      ) },
    ]} />
  );
}

// The field has the reader's own zone and no seconds; the API has UTC with milliseconds.
function span(query: URLSearchParams, name: "from" | "to"): Partial<Record<"from" | "to", string>> {
  const time = Date.parse(query.get(name) ?? "");
  return Number.isNaN(time) ? {} : { [name]: new Date(time).toISOString() };
}
