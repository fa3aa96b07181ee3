import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../api/client";
import { dateTime, t, type MessageKey } from "../i18n";
import { href } from "../router";
import { Icon, type IconName } from "./icons";

/** A page: its heading takes the focus when it is opened, so that screen readers begin there. */
export function Page(
  { title, actions, lead, children }:
  { title: string; actions?: ComponentChildren; lead?: string; children: ComponentChildren },
) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${t("app.name")}`;
  }, [title]);
  useEffect(() => {
    if (opened) heading.current?.focus({ preventScroll: true });
    opened = true;
  }, []);
  return (
    <main id="content">
      <div class="head">
        <h1 ref={heading} tabIndex={-1}>{title}</h1>
        {actions && <div class="actions">{actions}</div>}
      </div>
      {lead && <p class="lead">{lead}</p>}
      {children}
    </main>
  );
}

// The first page keeps the focus where the browser puts it.
let opened = false;

export function Card({ title, actions, children }:
  { title: string; actions?: ComponentChildren; children: ComponentChildren }) {
  return (
    <section class="card" aria-label={title}>
      <div class="head">
        <h2>{title}</h2>
        {actions && <div class="actions">{actions}</div>}
      </div>
      {children}
    </section>
  );
}

export type Tone = "good" | "bad" | "warn" | "plain";

const TONE_ICONS: Readonly<Record<Tone, IconName>> = { good: "check", bad: "cross", warn: "warn", plain: "dot" };

/** A state in a word, told by picture and text and not by colour alone. */
export function Badge({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return <span class={`badge ${tone}`}><Icon name={TONE_ICONS[tone]} size={13} />{children}</span>;
}

export function Note({ tone, live = false, children }:
  { tone: Tone; live?: boolean; children: ComponentChildren }) {
  return (
    <div class={`note ${tone}`} role={live ? "status" : undefined}>
      <Icon name={TONE_ICONS[tone]} /><div>{children}</div>
    </div>
  );
}

/** A hash: cut short for the eye, whole for the clipboard and on hover. */
export function Hash({ value, whole = false, to, what }:
  { value: string; whole?: boolean; to?: string; what?: string }) {
  const text = whole || value.length <= 20 ? value : `${value.slice(0, 10)}…${value.slice(-6)}`;
  return (
    <span class={whole ? "hash whole" : "hash"}>
      {to === undefined ? <span title={value}>{text}</span> : <a href={to} title={value}>{text}</a>}
      <Copy value={value} what={what ?? t("common.hash")} />
    </span>
  );
}

function Copy({ value, what }: { value: string; what: string }) {
  const [copied, setCopied] = useState(false);
  // Browsers give the clipboard to secure pages only: elsewhere the text can be marked by hand.
  if (navigator.clipboard === undefined) return null;
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <button type="button" onClick={copy} aria-label={t("common.copy", { what })} title={t("common.copy", { what })}>
      <Icon name={copied ? "check" : "copy"} size={14} />
      <span class="hidden-text" role="status">{copied ? t("common.copied") : ""}</span>
    </button>
  );
}

export function Time({ value }: { value: string | number }) {
  const iso = new Date(value).toISOString();
  return <time dateTime={iso} title={iso}>{dateTime(value)}</time>;
}

/** Names and values. */
export function Facts({ rows }: { rows: readonly (readonly [MessageKey, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {rows.filter(([, value]) => value !== null && value !== undefined).map(([key, value]) => (
        <><dt key={`${key}-name`}>{t(key)}</dt><dd key={key}>{value}</dd></>
      ))}
    </dl>
  );
}

export function Figures({ rows }: { rows: readonly (readonly [MessageKey, ComponentChildren, boolean?])[] }) {
  return (
    <dl class="figures">
      {rows.map(([key, value, small]) => (
        <div key={key}><dt>{t(key)}</dt><dd class={small ? "small" : undefined}>{value}</dd></div>
      ))}
    </dl>
  );
}

export interface Column<T> {
  readonly name: MessageKey;
  readonly number?: boolean;
  readonly cell: (row: T) => ComponentChildren;
}

export function Table<T>({ caption, columns, rows, keyOf, isNew }: {
  caption: string; columns: readonly Column<T>[]; rows: readonly T[]; keyOf: (row: T) => string | number;
  isNew?: (row: T) => boolean;
}) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption class="hidden-text">{caption}</caption>
        <thead>
          <tr>{columns.map((c) => (
            <th key={c.name} scope="col" class={c.number ? "number" : undefined}>{t(c.name)}</th>
          ))}</tr>
        </thead>
        <tbody>{rows.map((row) => (
          <tr key={keyOf(row)} class={isNew?.(row) ? "new" : undefined}>{columns.map((c) => (
            <td key={c.name} class={c.number ? "number" : undefined}>{c.cell(row)}</td>
          ))}</tr>
        ))}</tbody>
      </table>
    </div>
  );
}

/** What went wrong, and what to do about it. */
export function Failure({ error, retry }: { error: unknown; retry?: (() => void) | undefined }) {
  const again = retry && <p><button type="button" onClick={retry}>{t("common.retry")}</button></p>;
  if (!(error instanceof ApiError)) {
    return <Note tone="bad" live>{error instanceof Error ? error.message : String(error)}{again}</Note>;
  }
  if (error.status === 401) {
    return (
      <Note tone="warn" live>
        <p>{t("error.signIn")}</p><p><a href={href("sign-in")}>{t("nav.signIn")}</a></p>
      </Note>
    );
  }
  const { reason, message: detail } = error;
  const text = error.status === 0 ? t("error.noNode")
    : error.status === 403 ? t("error.forbidden", { detail })
    : error.status === 404 ? t("error.notFound", { detail })
    : t("error.other", { reason, detail });
  return <Note tone={error.status === 404 ? "plain" : "bad"} live>{text}{again}</Note>;
}

export function Loading() {
  return <p class="empty" role="status">{t("common.loading")}</p>;
}

export function Json({ value, label }: { value: unknown; label: string }) {
  return <pre tabIndex={0} role="region" aria-label={label}>{JSON.stringify(value, null, 2)}</pre>;
}
