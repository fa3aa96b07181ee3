import { useMemo } from "preact/hooks";
import { LANES, typeName, type Lane } from "../catalogue";
import { dateTime, number, t } from "../i18n";
import { href } from "../router";
import type { Entry } from "./entries";
import { HEIGHT, LANE_HEIGHT, layOut, laneTop, PARTIES_SHOWN, TOP, WIDTH, type Bin, type Dot, type Layout } from "./layout";

// One mark for each party beside its colour, so that the picture can be read without colours.
const MARKS = ["A", "B", "C", "D", "E", "F", "G", "+"] as const;

/** The timeline as a picture: three lanes, parties by colour and letter, each record chained to the one before. */
export function TimelinePicture({ subject, entries }: { subject: string; entries: readonly Entry[] }) {
  const layout = useMemo(() => layOut(entries), [entries, entries.length]);
  return (
    <>
      <div class="picture" tabIndex={0} role="region" aria-label={t("timeline.title")}>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="group"
          aria-label={t("timeline.picture", { subject, ...layout.counts })}>
          {LANES.map((lane) => <LaneBand key={lane} lane={lane} count={layout.counts[lane]} />)}
          {layout.ticks.map((tick) => (
            <g key={tick.x} aria-hidden="true">
              <line class="tick-line" x1={tick.x} x2={tick.x} y1={TOP} y2={HEIGHT - 26} />
              <text class="tick" x={tick.x} y={HEIGHT - 10}
                text-anchor={tick.x > WIDTH - 90 ? "end" : tick.x < 200 ? "start" : "middle"}>{dateTime(tick.time)}</text>
            </g>
          ))}
          <Chain dots={layout.dots} />
          {layout.dots.map((dot) => <EntryDot key={dot.entry.id} dot={dot} />)}
          {layout.bins.map((bin) => <BinBar key={`${bin.lane}${bin.x}`} bin={bin} />)}
        </svg>
      </div>
      <Legend layout={layout} />
    </>
  );
}

export function laneName(lane: Lane): string {
  return t(`timeline.${lane}`);
}

function LaneBand({ lane, count }: { lane: Lane; count: number }) {
  const y = laneTop(lane);
  return (
    <g aria-hidden="true">
      <rect class={`lane-${lane}`} x="0" y={y} width={WIDTH} height={LANE_HEIGHT - 4} />
      <text class="lane-name" x="14" y={y + 26}>{laneName(lane)}</text>
      <text class="lane-count" x="14" y={y + 46}>{t("block.records", { count })}</text>
    </g>
  );
}

function Chain({ dots }: { dots: readonly Dot[] }) {
  const path = dots.slice(1).map((dot, i) => {
    const from = dots[i]!;
    const middle = (from.x + dot.x) / 2;
    return `M${from.x} ${from.y}C${middle} ${from.y} ${middle} ${dot.y} ${dot.x} ${dot.y}`;
  }).join("");
  return <path class="chain" d={path} aria-hidden="true" />;
}

function EntryDot({ dot: { entry, x, y, party } }: { dot: Dot }) {
  const text = t("timeline.entry", {
    sequence: entry.sequence, type: typeName(entry.type), action: entry.action, member: entry.member,
    time: dateTime(entry.time),
  });
  return (
    <a href={href("evidence", entry.id)} aria-label={text}>
      <circle class={`entry party-${party}`} cx={x} cy={y} r="9"><title>{text}</title></circle>
      <text x={x} y={y + 3.5} text-anchor="middle" font-size="10" font-weight="700" class="mark" aria-hidden="true">
        {MARKS[party]}
      </text>
    </a>
  );
}

function BinBar({ bin }: { bin: Bin }) {
  const text = t("timeline.bin", {
    lane: laneName(bin.lane), from: dateTime(bin.from), to: dateTime(bin.to), count: bin.count,
  });
  return (
    <g role="img" aria-label={text}>
      <title>{text}</title>
      {bin.parts.map((part) => (
        <rect key={part.party} class={`party-${part.party}`} x={bin.x} y={part.y} width={bin.width} height={part.height} />
      ))}
    </g>
  );
}

function Legend({ layout: { parties } }: { layout: Layout }) {
  const more = parties.length - PARTIES_SHOWN;
  return (
    <ul class="legend" aria-label={t("timeline.parties")}>
      {parties.slice(0, PARTIES_SHOWN).map((party, i) => <li key={party}><Mark party={i} />{party}</li>)}
      {more > 0 && <li><Mark party={PARTIES_SHOWN} />{t("timeline.otherParties", { count: number(more) })}</li>}
    </ul>
  );
}

function Mark({ party }: { party: number }) {
  return (
    <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
      <circle class={`party-${party}`} cx="9" cy="9" r="9" />
      <text x="9" y="12.5" text-anchor="middle" font-size="10" font-weight="700" class="mark">{MARKS[party]}</text>
    </svg>
  );
}
