using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ledger.Contracts.Tests.Runtime.Support;
using Ledger.Core.Blocks;
using static Ledger.Contracts.Tests.Runtime.Support.ContractChain;

namespace Ledger.Contracts.Tests.Runtime;

/// <summary>The npm package of types says what the runtime does.</summary>
[Collection(SharedEngineTests.Name)]
public sealed partial class PackageTests(ContractThread thread)
{
    private static readonly string Folder = Path.Combine(Vectors.Root, "packages", "contract");

    [Fact]
    public void The_types_have_the_members_that_ctx_and_Money_have()
    {
        using var chain = new ContractChain(thread);
        chain.Deploy("surface", """
            const members = (o) => Object.keys(o).sort();
            export function run(ctx) {
              const parts = ["state", "evidence", "fingerprint", "members", "accounts", "schedule", "crypto"];
              return [members(ctx), ...parts.map((p) => members(ctx[p])), members(Money),
                members(ctx.caller), members(ctx.caller.attributes)];
            }
            """);
        string[] interfaces =
        [
            "Context", "State", "Evidence", "Fingerprints", "Members", "Accounts", "Scheduler", "Crypto", "MoneyHelper",
            "MemberCaller", "MemberAttributes",
        ];

        using var actual = JsonDocument.Parse(Value(chain.Call("bob", "surface", "run")));

        var types = File.ReadAllText(Path.Combine(Folder, "index.d.ts"));
        for (var i = 0; i < interfaces.Length; i++)
        {
            Assert.Equal(
                actual.RootElement[i].EnumerateArray().Select(e => e.GetString()),
                MembersOf(types, interfaces[i]).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void The_package_and_its_example_pass_the_type_checker()
    {
        var (code, output) = Node(Path.Combine("node_modules", "typescript", "bin", "tsc"), "--project", "tsconfig.json");

        Assert.True(code == 0, output);
    }

    [Fact]
    public void The_example_runs()
    {
        using var chain = new ContractChain(thread);
        var (code, source) = Node("-e", """
            const ts = require("typescript");
            const text = require("fs").readFileSync("examples/points.ts", "utf8");
            const options = { target: "ES2022", module: "ESNext" };
            process.stdout.write(ts.transpileModule(text, { compilerOptions: options }).outputText);
            """);
        Assert.True(code == 0, source);
        Value(chain.Deploy("points", source, """
            {
              "functions": {
                "init": { "arguments": { "type": "object", "required": ["currency"] } },
                "transfer": {
                  "arguments": {
                    "type": "object",
                    "properties": { "to": { "type": "string" }, "amount": { "type": "string", "format": "money" } },
                    "required": ["to", "amount"]
                  }
                }
              },
              "queries": { "balanceOf": {}, "days": {} },
              "events": { "transferred": {} }
            }
            """, """{"currency":"PTS"}"""));

        Assert.Equal("INSUFFICIENT_POINTS", chain.Call("bob", "points", "transfer", """{"to":"alice","amount":"1"}""").Code);
        Value(chain.Call("bob", "points", "transfer", """{"to":"alice","amount":"0"}"""));
        Assert.Equal("""{"balance":"0"}""", Value(chain.Query("points", "balanceOf", """{"member":"alice"}""")));
        chain.Ledger.Time = new Timestamp(chain.Ledger.Time.UnixMilliseconds + 86_400_000);
        Value(chain.Due()!);
        Assert.StartsWith("""{"days":[{"day":"day/17""", Value(chain.Query("points", "days")), StringComparison.Ordinal);
    }

    private static (int Code, string Output) Node(params string[] arguments)
    {
        var start = new ProcessStartInfo("node", arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, process.ExitCode == 0 ? output : output + errors.GetAwaiter().GetResult());
    }

    // The names at the first level of an interface.
    private static IEnumerable<string> MembersOf(string types, string name)
    {
        var start = types.IndexOf($"export interface {name} {{", StringComparison.Ordinal);
        Assert.True(start >= 0, name);
        var body = types[start..types.IndexOf("\n}", start, StringComparison.Ordinal)];
        return Member().Matches(body).Select(m => m.Groups[1].Value);
    }

    [GeneratedRegex(@"(?m)^  (?:readonly )?(\w+)\??[(<:]")]
    private static partial Regex Member();
}
