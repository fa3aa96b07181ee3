import { api } from "../api/client";
import type { MemberPage, Peer, Status, Validator } from "../api/types";
import { Badge, Card, Facts, Figures, Hash, Page, Table, Time } from "../components/basics";
import { Show, useLoad } from "../components/load";
import { roleName } from "../catalogue";
import { number, t } from "../i18n";
import { href } from "../router";
import { listFaults } from "./audit";

const REFRESH_MS = 3000;

export function Consortium() {
  const status = useLoad((signal) => api.status(signal), [], REFRESH_MS);
  const members = useLoad((signal) => api.members(signal), []);
  const faults = useLoad(listFaults, []);
  const count = faults.value?.length ?? null;
  return (
    <Page title={status.value?.channelName ?? t("consortium.title")} actions={count !== null && (
      <a href={href("audit")}>
        <Badge tone={count === 0 ? "good" : "bad"}>
          {count === 0 ? t("consortium.faultsNone") : t("consortium.faultsSome", { count })}
        </Badge>
      </a>
    )}>
      <Show from={status}>{(value) => <Overview status={value} />}</Show>
      {members.value !== null && <Members page={members.value} />}
    </Page>
  );
}

function Overview({ status }: { status: Status }) {
  return (
    <>
      <Card title={t("consortium.channel")}>
        <Figures rows={[
          ["consortium.height", <a href={href("blocks")}>{number(status.certifiedHeight)}</a>],
          ["consortium.records", number(status.logSize)],
          ["consortium.view", number(status.view)],
          ["consortium.epoch", number(status.epoch)],
          ["consortium.pool", number(status.poolTransactions)],
          ["consortium.quorum", t("consortium.quorumValue", {
            quorum: status.quorum, n: status.validators.length, f: status.faultsTolerated,
          }), true],
        ]} />
        <Facts rows={[["consortium.channelId", <Hash value={status.channel} whole what={t("consortium.channelId")} />]]} />
      </Card>
      <Card title={t("consortium.validators")}>
        <Validators status={status} />
      </Card>
      <div class="columns">
        <Card title={t("consortium.thisNode")} actions={status.ready
          ? <Badge tone="good">{t("consortium.ready")}</Badge>
          : <Badge tone="warn">{t("consortium.notReady", { reason: status.notReadyReason ?? "" })}</Badge>}>
          <Facts rows={[
            ["common.role", status.role],
            ["common.member", status.member ?? null],
            ["consortium.software", status.softwareVersion],
            ["consortium.clock", milliseconds(status.clockOffsetMs)],
            ["common.time", <Time value={status.time} />],
          ]} />
        </Card>
        {status.observers.length > 0 && (
          <Card title={t("consortium.observers")}>
            <Table caption={t("consortium.observers")} rows={status.observers} keyOf={(o) => o.member} columns={[
              { name: "common.member", cell: (o) => o.member },
              { name: "consortium.connection", cell: (o) => connection(o.connected) },
              { name: "consortium.latency", number: true, cell: (o) => latency(o.roundTripUs) },
            ]} />
          </Card>
        )}
      </div>
    </>
  );
}

function Validators({ status }: { status: Status }) {
  const peers = new Map<number, Peer>(status.peers.map((peer) => [peer.validatorIndex, peer]));
  const isSelf = (v: Validator) => v.index === status.validatorIndex;
  const peerOf = (v: Validator) => peers.get(v.index ?? -1);
  return (
    <Table caption={t("consortium.validators")} rows={status.validators} keyOf={(v) => v.key} columns={[
      { name: "common.member", cell: (v) => (
        <>{v.member} {v.index === status.primary && <Badge tone="plain">{t("consortium.primary")}</Badge>}</>
      ) },
      { name: "consortium.address", cell: (v) => <span class="mono">{v.address}</span> },
      { name: "consortium.connection", cell: (v) =>
        isSelf(v) ? <Badge tone="good">{t("consortium.self")}</Badge> : connection(peerOf(v)?.connected ?? false) },
      { name: "consortium.latency", number: true, cell: (v) => (isSelf(v) ? "–" : latency(peerOf(v)?.roundTripUs)) },
      { name: "consortium.certified", number: true, cell: (v) =>
        heightText(isSelf(v) ? status.certifiedHeight : peerOf(v)?.certifiedHeight) },
      { name: "consortium.clock", number: true, cell: (v) =>
        milliseconds(isSelf(v) ? status.clockOffsetMs : peerOf(v)?.clockOffsetMs) ?? "–" },
    ]} />
  );
}

function Members({ page }: { page: MemberPage }) {
  return (
    <Card title={t("consortium.members")}>
      <Table caption={t("consortium.members")} rows={page.members} keyOf={(m) => m.id} columns={[
        { name: "common.member", cell: (m) => <>{m.name} <span class="mono">{m.id}</span></> },
        { name: "consortium.roles", cell: (m) => m.roles.map(roleName).join(", ") },
        { name: "consortium.keys", number: true, cell: (m) => number(m.keys.length) },
      ]} />
    </Card>
  );
}

function connection(connected: boolean) {
  return connected
    ? <Badge tone="good">{t("consortium.connected")}</Badge>
    : <Badge tone="bad">{t("consortium.disconnected")}</Badge>;
}

function latency(microseconds: number | null | undefined): string {
  return microseconds == null ? "–" : milliseconds(Math.round(microseconds / 100) / 10)!;
}

function milliseconds(value: number | null | undefined): string | null {
  return value == null ? null : t("consortium.milliseconds", { value });
}

function heightText(height: number | null | undefined): string {
  return height == null ? "–" : number(height);
}
