import { useEffect, useState } from "preact/hooks";
import { Page } from "./components/basics";
import { Icon } from "./components/icons";
import { language, setLanguage, t, useLanguage, type MessageKey } from "./i18n";
import { onSession, signedInAs, signOut } from "./identity/session";
import { Audit } from "./pages/audit";
import { BlockPage } from "./pages/block";
import { Blocks } from "./pages/blocks";
import { Consortium } from "./pages/consortium";
import { ContractPage } from "./pages/contract";
import { Contracts } from "./pages/contracts";
import { EvidenceRecordPage } from "./pages/evidence-record";
import { EvidenceSearch } from "./pages/evidence-search";
import { Settlement } from "./pages/settlement";
import { SignIn } from "./pages/sign-in";
import { Timeline } from "./pages/timeline";
import { Trades } from "./pages/trades";
import { TransactionPage } from "./pages/transaction";
import { Verify } from "./pages/verify";
import { href, useLocation, type Location, type Section } from "./router";
import { chooseTheme, shownTheme } from "./theme";

const MENU: readonly (readonly [Section, MessageKey, readonly Section[]])[] = [
  ["", "nav.consortium", []],
  ["blocks", "nav.blocks", ["transactions"]],
  ["evidence", "nav.evidence", ["subjects"]],
  ["contracts", "nav.contracts", []],
  ["trades", "nav.trades", []],
  ["settlement", "nav.settlement", []],
  ["audit", "nav.audit", []],
  ["verify", "nav.verify", []],
];

export function App() {
  useLanguage();
  const location = useLocation();
  return (
    <>
      <a class="skip" href="#content">{t("app.skip")}</a>
      <header class="bar">
        <a class="brand" href="/"><Icon name="brand" size={22} />{t("app.name")}</a>
        <nav aria-label={t("app.nav")}>
          <ul>{MENU.map(([section, name, also]) => (
            <li key={section}>
              <a href={href(section)} aria-current={
                location.section === section || also.includes(location.section as Section) ? "page" : undefined}>
                {t(name)}
              </a>
            </li>
          ))}</ul>
        </nav>
        <Tools />
      </header>
      <div key={`${location.section}/${location.rest}`}>{pageOf(location)}</div>
    </>
  );
}

function Tools() {
  const [who, setWho] = useState(signedInAs);
  const [theme, setTheme] = useState(shownTheme);
  useEffect(() => onSession(() => setWho(signedInAs())), []);
  const other = theme === "dark" ? "light" : "dark";
  const themeName = t(other === "dark" ? "app.themeDark" : "app.themeLight");
  return (
    <div class="tools">
      {who === null
        ? <a class="button quiet" href={href("sign-in")}>{t("nav.signIn")}</a>
        : (
          <>
            <span class="who" title={t("app.signedIn", { member: who })}>
              <Icon name="member" /><span class="hidden-text">{t("app.signedIn", { member: who })}</span>
              <span aria-hidden="true">{who}</span>
            </span>
            <button type="button" class="quiet" onClick={signOut}>{t("app.signOut")}</button>
          </>
        )}
      <button type="button" class="quiet" lang={language() === "zh" ? "en" : "zh-CN"}
        aria-label={t("app.languageLabel")} onClick={() => setLanguage(language() === "zh" ? "en" : "zh")}>
        {t("app.language")}
      </button>
      <button type="button" class="quiet" aria-label={themeName} title={themeName}
        onClick={() => { chooseTheme(other); setTheme(other); }}>
        <Icon name={other === "dark" ? "moon" : "sun"} />
      </button>
    </div>
  );
}

function pageOf({ section, rest, query }: Location) {
  switch (section) {
    case "": return <Consortium />;
    case "blocks": return rest === "" ? <Blocks /> : <BlockPage height={rest} />;
    case "evidence": return rest === "" ? <EvidenceSearch query={query} /> : <EvidenceRecordPage id={rest} />;
    case "subjects": return <Timeline subject={rest} />;
    case "transactions": return <TransactionPage id={rest} />;
    case "contracts": return rest === "" ? <Contracts /> : <ContractPage name={rest} />;
    case "trades": return <Trades />;
    case "settlement": return <Settlement />;
    case "audit": return <Audit />;
    case "verify": return <Verify />;
    case "sign-in": return <SignIn />;
    default: return <Page title={t("common.notFound")}><p>{t("common.notFoundText")}</p></Page>;
  }
}
