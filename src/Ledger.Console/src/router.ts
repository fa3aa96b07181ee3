/** Paths of the console. The node serves its page for the first segments listed here and for no others. */
import { useEffect, useState } from "preact/hooks";

export const SECTIONS = [
  "blocks", "evidence", "subjects", "transactions", "contracts", "trades", "settlement", "audit", "verify", "sign-in",
] as const;

export type Section = "" | (typeof SECTIONS)[number];

export interface Location {
  readonly section: Section | null;
  /** What follows the section, decoded. */
  readonly rest: string;
  readonly query: URLSearchParams;
}

/** What an address says; the section is null when the console has no such page. */
export function parse(path: string, search: string): Location {
  const [, first = "", ...more] = path.split("/");
  const section = first === "" ? "" : SECTIONS.find((known) => known === first) ?? null;
  let rest = more.join("/");
  try {
    rest = decodeURIComponent(rest);
  } catch {
    return { section: null, rest: "", query: new URLSearchParams() };
  }
  return { section, rest, query: new URLSearchParams(search) };
}

/** The address of a page. */
export function href(section: Section, rest = "", query: Record<string, string> = {}): string {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== "")).toString();
  // A subject may have slashes and anything else; it is one part of the path.
  const path = section === "" ? "/" : rest === "" ? `/${section}` : `/${section}/${encodeURIComponent(rest)}`;
  return search === "" ? path : `${path}?${search}`;
}

/** Goes to a page without loading it anew. */
export function go(address: string): void {
  history.pushState(null, "", address);
  dispatchEvent(new PopStateEvent("popstate"));
}

/** The page that is shown. Links within the console are followed without loading. */
export function useLocation(): Location {
  const [location, setLocation] = useState(() => parse(window.location.pathname, window.location.search));
  useEffect(() => {
    const moved = () => setLocation(parse(window.location.pathname, window.location.search));
    addEventListener("popstate", moved);
    document.addEventListener("click", follow);
    return () => {
      removeEventListener("popstate", moved);
      document.removeEventListener("click", follow);
    };
  }, []);
  return location;
}

function follow(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = (event.target as Element | null)?.closest("a[href]");
  if (!(link instanceof HTMLAnchorElement) || link.target !== "" || link.hasAttribute("download")) return;
  if (link.origin !== location.origin || link.hash !== "") return;
  if (parse(link.pathname, "").section === null) return;
  event.preventDefault();
  go(link.pathname + link.search);
}
