// The evidence catalogue, read from the page that is made from it: the rules that a record must meet.
import { readFileSync } from "node:fs";

const page = readFileSync(new URL("../../../../docs/spec/evidence.md", import.meta.url), "utf8");
const codes = (text) => [...text.matchAll(/`([^`]+)`/g)].map((m) => m[1]);
const tableOf = (text) => [...text.matchAll(/^\| `([a-z_]+)` \| (\w+) \| ([^|]*) \| ([^|]*) \|/gm)]
  .map(([, name, kind, required, rule]) => ({
    name, kind, required: required.trim() === "always" || codes(required), values: rule.startsWith("one of") ? codes(rule) : null,
  }));
const atLeast = (text, what) => {
  const [, count, when] = new RegExp(`^- ${what}: at least (\\d+)(.*)$`, "m").exec(text) ?? [null, 0, ""];
  return (action) => (codes(when).length === 0 || codes(when).includes(action) ? Number(count) : 0);
};
const common = tableOf(page.slice(page.indexOf("## Common attributes"), page.indexOf("## 授权阶段")));
const types = new Map(page.split("\n### ").slice(1).map((text) => [codes(text)[0], {
  actions: codes(/^- actions:.*$/m.exec(text)[0]),
  roles: codes(/^- roles:.*$/m.exec(text)[0]),
  digests: atLeast(text, "digests"),
  links: atLeast(text, "links"),
  attributes: tableOf(text),
}]));

const kindOf = (value) =>
  typeof value === "string" ? "text" : typeof value === "boolean" ? "boolean" : typeof value === "number" ? "integer" : Object.keys(value)[0];

/** Refuses a record that the catalogue would refuse. */
export function checkRecord(record, roles, fail) {
  const type = types.get(record.type) ?? fail("UNKNOWN_TYPE", record.type);
  const refuse = (message) => fail("BAD_EVIDENCE", `${record.type}/${record.action}: ${message}`);
  if (!type.actions.includes(record.action)) refuse("action");
  if (!type.roles.includes(record.role)) refuse(`role ${record.role}`);
  const attributes = record.attributes ?? {};
  for (const rule of type.attributes) {
    if ((rule.required === true || rule.required.includes(record.action)) && attributes[rule.name] === undefined) refuse(`lacks ${rule.name}`);
  }
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("x-")) continue;
    const rule = [...type.attributes, ...common].find((a) => a.name === name) ?? refuse(`attribute ${name}`);
    if (kindOf(value) !== rule.kind) refuse(`${name} is ${rule.kind}`);
    if (rule.values && !rule.values.includes(value.text ?? value)) refuse(`${name} is one of ${rule.values}`);
    if (rule.kind === "decimal" && !/^(0|[1-9]\d*)(\.\d*[1-9])?$/.test(value.decimal)) refuse(`${name} ${value.decimal}`);
  }
  if ((record.digests ?? []).length < type.digests(record.action)) refuse("digests");
  if ((record.links ?? []).length < type.links(record.action)) refuse("links");
  if (!roles.includes(record.role)) fail("NOT_AUTHORISED", `role ${record.role}`);
}
