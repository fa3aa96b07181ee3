/**
 * Whether a timeline is complete. Its chain of hashes shows that nothing is missing before its newest record; that there is
 * no newer one is proven by the subject's entry in the state of a certified block.
 */
import { decodeTimelineHead, utf8, type TimelineHead } from "@ledger/verify";
import { Badge, Note } from "../components/basics";
import { number, t, tOr } from "../i18n";
import { href } from "../router";
import { checkedState } from "../verify/state";
import type { TimelineEntries } from "./entries";

export type End =
  | { readonly kind: "untrusted" }
  | { readonly kind: "fault"; readonly fault: string }
  | { readonly kind: "proven"; readonly head: TimelineHead | null; readonly height: number };

/** Fetches the end of a subject's timeline with its proof, and checks it in this browser. */
export async function provenEnd(subject: string, signal?: AbortSignal): Promise<End> {
  const { value, check } = await checkedState("timelines", utf8(subject), signal);
  if (check === null) return { kind: "untrusted" };
  if (check.fault !== null) return { kind: "fault", fault: check.fault };
  const head = value === null ? null : decodeTimelineHead(value);
  if (value !== null && head === null) return { kind: "fault", fault: "MALFORMED" };
  return { kind: "proven", head, height: Number(check.height) };
}

/** Says it, beside what the chain of hashes says. */
export function EndView({ end, all, isLoaded, onAgain }: {
  end: End; all: TimelineEntries; isLoaded: boolean; onAgain: () => void;
}) {
  if (end.kind === "untrusted") {
    return <Note tone="plain">{t("timeline.endUntrusted")} <a href={href("verify")}>{t("nav.verify")}</a></Note>;
  }
  if (end.kind === "fault") {
    return <Note tone="bad" live>{t("timeline.endFault", { fault: tOr(`fault.${end.fault}`, end.fault) })}</Note>;
  }
  const { head, height } = end;
  const count = head === null ? 0 : Number(head.sequence);
  const block = number(height);
  if (all.brokenAt !== null) return null;
  if (head === null ? all.entries.length === 0 : all.endsAt(head)) {
    return <Badge tone="good">{t("timeline.complete", { count, block })}</Badge>;
  }
  if (!isLoaded) return <span>{t("timeline.endProven", { count, block })}</span>;
  if (all.entries.length >= count) return <Note tone="bad" live>{t("timeline.endDiffers", { count, block })}</Note>;
  // Some may have come while the others were loaded; a node that leaves them out shows fewer the next time, too.
  return (
    <Note tone="warn" live>
      <p>{t("timeline.endBeyond", { count, block, shown: all.entries.length })}</p>
      <p><button type="button" onClick={onAgain}>{t("timeline.loadAgain")}</button></p>
    </Note>
  );
}
