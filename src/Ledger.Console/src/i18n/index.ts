/** Messages in two languages. Both catalogues have the same keys, or the console does not compile. */
import { useEffect, useState } from "preact/hooks";
import { en } from "./en";
import { zh } from "./zh";

export type MessageKey = keyof typeof en;
export type Language = "en" | "zh";
export type Values = Readonly<Record<string, string | number>>;

const STORED = "ledger.language";
const CATALOGUES: Readonly<Record<Language, Readonly<Record<MessageKey, string>>>> = { en, zh };
const TAGS: Readonly<Record<Language, string>> = { en: "en-GB", zh: "zh-CN" };
const listeners = new Set<() => void>();

let current: Language = initial();
document.documentElement.lang = TAGS[current];

function initial(): Language {
  const stored = localStorage.getItem(STORED);
  if (stored === "en" || stored === "zh") return stored;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export function language(): Language {
  return current;
}

export function setLanguage(to: Language): void {
  current = to;
  localStorage.setItem(STORED, to);
  document.documentElement.lang = TAGS[to];
  for (const listener of listeners) listener();
}

/** A message, with its `{names}` filled in. */
export function t(key: MessageKey, values: Values = {}): string {
  return CATALOGUES[current][key].replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in values ? (typeof values[name] === "number" ? number(values[name]) : String(values[name])) : whole);
}

/** A message if there is one with this key, or the text that was meant for its place. */
export function tOr(key: string, otherwise: string): string {
  return key in CATALOGUES[current] ? t(key as MessageKey) : otherwise;
}

/** Shows a component anew when the language changes. */
export function useLanguage(): Language {
  const [, show] = useState(0);
  useEffect(() => {
    const listener = () => show((n) => n + 1);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, []);
  return current;
}

export function number(value: number): string {
  return new Intl.NumberFormat(TAGS[current]).format(value);
}

/** A moment in the reader's own zone. */
export function dateTime(time: string | number): string {
  return new Intl.DateTimeFormat(TAGS[current], {
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
    hour12: false,
  }).format(new Date(time));
}

export function clock(time: string | number): string {
  return new Intl.DateTimeFormat(TAGS[current], {
    hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false,
  }).format(new Date(time));
}
