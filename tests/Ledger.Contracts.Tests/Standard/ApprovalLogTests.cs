using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Xml;
using Xunit.Abstractions;

namespace Ledger.Contracts.Tests.Standard;

/// <summary>The real approval log drives settlement (BPI Challenge 2020, CC BY 4.0); a sample of it where that is
/// absent.</summary>
public class ApprovalLogTests(ITestOutputHelper output)
{
    private const int BatchSize = 250;

    // Another language, another parser, another decimal arithmetic, and no knowledge of the contract.
    private const string IndependentSum = """
        import sys, gzip, xml.etree.ElementTree as tree
        from decimal import Decimal, ROUND_HALF_UP
        opener = gzip.open if sys.argv[1].endswith(".gz") else open
        ns, events, paid, total = "{http://www.xes-standard.org}", 0, 0, 0
        for _, trace in tree.iterparse(opener(sys.argv[1], "rb")):
            if trace.tag != ns + "trace": continue
            names = []
            for event in trace.findall(ns + "event"):
                fields = {f.get("key"): f.get("value") for f in event}
                names.append(fields["concept:name"])
            events += len(names)
            if "Payment Handled" in names:
                paid += 1
                amount = Decimal(fields["(case)_RequestedAmount"])
                total += int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
        print(events, paid, total)
        """;

    private static readonly Dictionary<string, string> Actions = new()
    {
        ["SAVED"] = "draft",
        ["SUBMITTED"] = "submit",
        ["APPROVED"] = "approve",
        ["FINAL_APPROVED"] = "approve",
        ["REJECTED"] = "reject",
    };

    [Fact]
    public void Each_handled_request_is_paid_once_after_its_final_approval_and_the_log_imported_again_pays_nothing()
    {
        var path = Inputs.RealApprovalLog ?? Inputs.SampleApprovalLog;
        var batches = ReadEvents(path).Chunk(BatchSize).ToList();
        var (events, handled, total) = Independent(path);
        ContractBench.Run(bench =>
        {
            bench.Member("university", "operator");
            bench.Deploy("university", "settlement", new { approvals = new[] { "operator" } });
            var clock = Stopwatch.StartNew();

            var first = Import(bench, batches);
            output.WriteLine($"{events} events in {clock.ElapsedMilliseconds} ms, {bench.GasUsed} gas");
            var totals = bench.Query("settlement", "totals", new { currency = "EUR" });
            var again = Import(bench, batches);

            Assert.Equal(events, batches.Sum(b => b.Length));
            Assert.Equal((handled, total), (first.Paid, first.Amount));
            Assert.Equal(handled, totals.GetProperty("payments").GetInt32());
            Assert.Equal(total.ToString(CultureInfo.InvariantCulture), totals.GetProperty("amount").GetString());
            Assert.Equal("0", totals.GetProperty("sum").GetString());
            Assert.Equal((0, 0L, events), (again.Paid, again.Amount, again.Duplicates));
            Assert.Equal(totals.ToString(), bench.Query("settlement", "totals", new { currency = "EUR" }).ToString());
            if (Inputs.RealApprovalLog is not null) Assert.Equal((36_072, 6_187), (events, handled));
        });
    }

    [Fact]
    public void A_log_without_its_final_approvals_pays_nothing()
    {
        var path = Inputs.RealApprovalLog ?? Inputs.SampleApprovalLog;
        var batches = ReadEvents(path).Where(e => !e.Final).Take(1000).Chunk(BatchSize).ToList();
        ContractBench.Run(bench =>
        {
            bench.Member("university", "operator");
            bench.Deploy("university", "settlement", new { approvals = new[] { "operator" } });

            Assert.Equal(0, Import(bench, batches).Paid);
        });
    }

    private static (int Paid, long Amount, int Duplicates) Import(ContractBench bench, List<ApprovalEvent[]> batches)
    {
        var (paid, amount, duplicates) = (0, 0L, 0);
        foreach (var batch in batches)
        {
            var result = bench.Call("university", "settlement", "importEvents", new
            {
                source = "rfp",
                payer = "university",
                currency = "EUR",
                events = batch.Select(e => new { id = e.Id, request = e.Request, action = e.Action, final = e.Final,
                    amount = e.Amount }),
            });
            paid += result.GetProperty("paid").GetInt32();
            amount += long.Parse(result.GetProperty("amount").GetString()!, CultureInfo.InvariantCulture);
            duplicates += result.GetProperty("duplicates").GetInt32();
        }

        return (paid, amount, duplicates);
    }

    private static (int Events, int Paid, long Total) Independent(string path)
    {
        using var python = Process.Start(new ProcessStartInfo("python3", ["-c", IndependentSum, path])
        {
            RedirectStandardOutput = true,
        })!;
        var numbers = python.StandardOutput.ReadToEnd().Split(' ');
        python.WaitForExit();
        return (Number(numbers[0]), Number(numbers[1]), long.Parse(numbers[2], CultureInfo.InvariantCulture));

        static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }

    private static IEnumerable<ApprovalEvent> ReadEvents(string path)
    {
        using var stream = Inputs.Open(path);
        using var xml = XmlReader.Create(stream);
        var (trace, inEvent, place) = ("", false, 0);
        var fields = new Dictionary<string, string>();
        while (xml.Read())
        {
            if (xml.NodeType == XmlNodeType.Element && xml.Name == "trace") (trace, place) = ("", 0);
            else if (xml.NodeType == XmlNodeType.Element && xml.Name == "event") (inEvent, fields) = (true, []);
            else if (xml.NodeType == XmlNodeType.EndElement && xml.Name == "event")
            {
                inEvent = false;
                yield return EventOf(trace, place++, fields);
            }
            else if (xml.NodeType == XmlNodeType.Element && xml.GetAttribute("key") is { } key)
            {
                if (inEvent) fields[key] = xml.GetAttribute("value")!;
                else if (key == "concept:name" && xml.Depth == 2) trace = xml.GetAttribute("value")!;
            }
        }
    }

    // The source's own ids of events are not told apart by all of its systems; with trace and place they are.
    private static ApprovalEvent EventOf(string trace, int place, Dictionary<string, string> fields)
    {
        var name = fields["concept:name"];
        var action = name switch
        {
            "Request Payment" => "request",
            "Payment Handled" => "complete",
            _ => Actions[name.Split(' ')[3]],
        };
        return new ApprovalEvent(
            $"{trace}/{place}", trace, action, name.Contains("FINAL_APPROVED", StringComparison.Ordinal),
                fields["(case)_RequestedAmount"]);
    }

    private sealed record ApprovalEvent(string Id, string Request, string Action, bool Final, string Amount);
}
