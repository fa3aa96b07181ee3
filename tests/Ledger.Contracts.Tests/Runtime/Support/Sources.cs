namespace Ledger.Contracts.Tests.Runtime.Support;

/// <summary>Contracts of the tests, in JavaScript.</summary>
internal static class Sources
{
    /// <summary>Does what its argument lists, and gives what each step gave.</summary>
    public const string Program = """
        const steps = {
          put: (ctx, s) => ctx.state.put(s.key, s.value),
          get: (ctx, s) => ctx.state.get(s.key),
          delete: (ctx, s) => ctx.state.delete(s.key),
          scan: (ctx, s) => {
            const page = ctx.state.scan(s.prefix, { limit: s.limit, after: s.after });
            return [page.entries.map((e) => [e.key, e.value]), page.next];
          },
          emit: (ctx, s) => ctx.emit("happened", s.payload),
          fail: (ctx, s) => ctx.fail(s.code, s.message),
          call: (ctx, s) => ctx.call(s.contract, "run", s.steps),
          tryCall: (ctx, s) => {
            try {
              return ctx.call(s.contract, "run", s.steps);
            } catch (e) {
              return e.code;
            }
          },
          query: (ctx, s) => ctx.query(s.contract, "ask", s.steps),
          transfer: (ctx, s) => ctx.accounts.transfer(s),
          issue: (ctx, s) => ctx.accounts.issue(s),
          burn: (ctx, s) => ctx.accounts.burn(s),
          balance: (ctx, s) => String(ctx.accounts.balance(s.account, s.currency)),
          at: (ctx, s) => ctx.schedule.at(s.time, s.fn, s.args),
          cancel: (ctx, s) => ctx.schedule.cancel(s.id),
          append: (ctx, s) => ctx.evidence.append(s.record),
          evidence: (ctx, s) => ctx.evidence.get(s.id),
          timeline: (ctx, s) => ctx.evidence.timeline(s.subject, { after: s.after, limit: s.limit }),
          byDigest: (ctx, s) => ctx.evidence.byDigest(s.value, { from: s.from, limit: s.limit }),
          verify: (ctx, s) => ctx.fingerprint.verify(s.disclosure, s.options),
          member: (ctx, s) => ctx.members.get(s.id),
          role: (ctx, s) => ctx.members.role(s.id, s.role),
          sha256: (ctx, s) => ctx.crypto.sha256(s.text),
          signature: (ctx, s) => ctx.crypto.verify(s.key, s.text, s.signature),
          who: (ctx) => [ctx.caller, ctx.origin],
          where: (ctx) => [ctx.txId, ctx.height, ctx.time, ctx.contract, ctx.version],
          gas: (ctx) => ctx.gasLeft(),
          nan: (ctx) => ctx.state.put("k", NaN),
          spin: () => {
            for (;;);
          },
        };
        function perform(ctx, list) {
          return list.map((s) => steps[s.do](ctx, s) ?? null);
        }
        export function run(ctx, list) {
          return perform(ctx, list);
        }
        export function attempt(ctx, list) {
          return list.map((s) => {
            try {
              return steps[s.do](ctx, s) ?? null;
            } catch (e) {
              return { code: e.code, message: e.message };
            }
          });
        }
        export function due(ctx, args) {
          ctx.state.put(`due/${ctx.time}`, { args, kind: ctx.caller.kind, origin: ctx.origin });
          if (args.steps) return perform(ctx, args.steps);
        }
        export const queries = { /*q*/ask: (ctx, list) => perform(ctx, list) };
        """;

    /// <summary>Counts, by an argument.</summary>
    public const string Counter = """
        export function init(ctx, args) {
          ctx.state.put("count", args.start ?? 0);
          ctx.state.put("owner", ctx.caller.member);
        }
        export function add(ctx, args) {
          const count = ctx.state.get("count") + args.by;
          ctx.state.put("count", count);
          ctx.emit("added", { count });
          return { count };
        }
        export function migrate(ctx, fromVersion) {
          ctx.state.put("migrated", { fromVersion, upgrade: ctx.upgrade, version: ctx.version });
        }
        export const queries = { count: (ctx) => ctx.state.get("count") };
        """;

    public const string CounterSchema = """
        {
          "functions": {
            "init": { "arguments": { "$ref": "#/$defs/start" } },
            "migrate": {},
            "add": {
              "arguments": {
                "type": "object",
                "properties": { "by": { "type": "integer", "minimum": 1, "maximum": 100 } },
                "required": ["by"],
                "additionalProperties": false
              },
              "result": { "type": "object", "properties": { "count": { "type": "integer", "maximum": 500 } } }
            }
          },
          "queries": { "count": { "result": { "type": "integer" } } },
          "events": { "added": { "type": "object", "required": ["count"] } },
          "$defs": { "start": { "type": "object", "properties": { "start": { "type": "integer" } } } }
        }
        """;
}
