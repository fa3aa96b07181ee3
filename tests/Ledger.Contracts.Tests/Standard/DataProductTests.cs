using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using System.Xml.Schema;
using Ledger.Client.Payments;
using Ledger.Core.Contracts;
using Xunit.Abstractions;

namespace Ledger.Contracts.Tests.Standard;

/// <summary>
/// The whole life of a data product over four contracts: authorised, listed, traded, used a thousand times by three
/// applications under count, time and user limits, metered, split four ways, netted, approved, and exported as
/// pain.001.
/// </summary>
public class DataProductTests(ITestOutputHelper output)
{
    private const string Order = "order-1";
    private const string Product = "product/trips";
    private const string Agreement = "use-1";
    private const string Digest = "abababababababababababababababababababababababababababababababab";
    private const int Uses = 1000;
    private const int PricePerUse = 37;
    private static readonly string[] Applications = ["scoring", "training", "report"];
    private static readonly (string Party, int Weight)[] Split = [("city", 50), ("operator-a", 20), ("lab", 25), (
        "platform-c", 5)];

    [Fact]
    public void A_data_product_is_used_a_thousand_times_and_every_cent_of_it_reaches_the_bank_once()
    {
        ContractBench.Run(bench =>
        {
            Members(bench);
            Trade(bench);
            Authorise(bench);

            var (permitted, denied) = Use(bench);
            var payments = Settle(bench);
            output.WriteLine($"{bench.GasUsed} gas, {bench.Ledger.Leaves.Count} records of evidence");

            Assert.Equal(Uses, permitted);
            Assert.Equal(3, denied);
            var total = payments.Payments.Aggregate(UInt128.Zero, (sum, p) => sum + p.MinorUnits);
            Assert.Equal((UInt128)(Uses * PricePerUse), total);
            foreach (var (party, weight) in Split)
            {
                Assert.Equal(
                    (UInt128)(Uses * PricePerUse * weight / 100), payments.Payments.Single(p => p.Payee == party)
                        .MinorUnits);
            }

            CheckTimeline(bench);
            CheckMessage(PaymentInitiation.Write(payments, "Platform C", Parties(), new DateOnly(2026, 4, 2)),
                payments);
            Validate(
                PaymentInitiation.Write(
                    payments, "Platform C", Parties(), new DateOnly(2026, 4, 2), PaymentForm.Pain00100103),
                PaymentInitiation.Namespace2009, OlderSchema());
        });
    }

    private static void Members(ContractBench bench)
    {
        bench.Member("city", "provider");
        bench.Member("lab", "developer");
        bench.Member("operator-a", "operator");
        bench.Member("platform-c", "platform");
        bench.Member("bank", "consumer");
        bench.Member("assessor", "auditor");
        bench.Member("finance-o", "operator");
        bench.Member("finance-p", "platform");
        bench.Deploy("operator-a", "settlement", new { approvals = new[] { "operator", "platform" },
            trusted = new[] { "trade", "usage-control" } });
        bench.Deploy("operator-a", "trade", new { settlement = "settlement" });
        bench.Deploy("operator-a", "usage-control", new { settlement = "settlement" });
    }

    private static void Trade(ContractBench bench)
    {
        bench.Call("city", "trade", "register", new { product = Product, kind = "api", name = "trips",
            digest = Digest });
        bench.Call("operator-a", "trade", "confirm", new { product = Product, right = "operate" });
        bench.Call("operator-a", "trade", "review", new { product = Product, filing = "F-1" });
        bench.Call("assessor", "trade", "value", new { product = Product, amount = "12000000", currency = "CNY",
            method = "income" });
        bench.Call("city", "trade", "price", new { product = Product, model = "call", amount = "37",
            currency = "CNY" });
        bench.Call("platform-c", "trade", "list", new { product = Product });
        bench.Call("bank", "trade", "demand", new { order = Order, product = Product });
        bench.Call("platform-c", "trade", "match", new { order = Order });
        foreach (var party in new[] { "bank", "city", "platform-c" })
            bench.Call(party, "trade", "sign", new { order = Order, digest = Digest, amount = "100000",
                currency = "CNY" });
    }

    private static void Authorise(ContractBench bench)
    {
        bench.Call("operator-a", "settlement", "propose", new
        {
            agreement = "price-1",
            payer = "bank",
            currency = "CNY",
            price = new { model = "call", amount = PricePerUse.ToString(CultureInfo.InvariantCulture) },
            split = Split.Select(s => new { party = s.Party, weight = s.Weight.ToString(
                CultureInfo.InvariantCulture) }),
        });
        foreach (var party in Split.Select(s => s.Party).Append("bank"))
            bench.Call(party, "settlement", "accept", new { agreement = "price-1" });
        var until = bench.Ledger.Time.ToDateTimeOffset().AddDays(20).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'",
            CultureInfo.InvariantCulture);
        var agreement = new Dictionary<string, object>
        {
            ["@context"] = "http://www.w3.org/ns/odrl.jsonld",
            ["@type"] = "Agreement",
            ["uid"] = Agreement,
            ["assigner"] = "city",
            ["assignee"] = new[] { "bank" },
            ["target"] = Product,
            ["conflict"] = "prohibit",
            ["permission"] = new[]
            {
                new
                {
                    action = "display",
                    constraint = new object[]
                    {
                        new { leftOperand = "application", @operator = "isAnyOf", rightOperand = Applications },
                        new { leftOperand = "user", @operator = "isAnyOf", rightOperand = new[] { "u-1", "u-2" } },
                        new { leftOperand = "dateTime", @operator = "lt", rightOperand = until },
                        new { leftOperand = "count", @operator = "lteq", rightOperand = "1000" },
                    },
                    duty = new[] { new { action = "compensate", agreement = "price-1" } },
                },
            },
        };
        var digest = bench.Call("city", "usage-control", "propose", new { agreement }).GetProperty("digest")
            .GetString();
        bench.Call("bank", "usage-control", "accept", new { uid = Agreement, digest });
    }

    private static (int Permitted, int Denied) Use(ContractBench bench)
    {
        var (permitted, denied) = (0, 0);
        void Ask(string application, string user, string key)
        {
            var answer = bench.Call("bank", "usage-control", "request", new { uid = Agreement, action = "display",
                application, user, key });
            if (answer.GetProperty("decision").GetString() == "permit") permitted++;
            else denied++;
        }

        for (var i = 0; i < Uses; i++)
        {
            Ask(Applications[i % 3], i % 2 == 0 ? "u-1" : "u-2", $"k-{i}");
            if (i == 500)
            {
                Ask("leak", "u-1", "other-application");
                Ask("scoring", "u-3", "other-user");
            }
        }

        Ask("scoring", "u-1", "one-too-many");
        return (permitted, denied);
    }

    private static PaymentBatch Settle(ContractBench bench)
    {
        Assert.Equal(1, bench.Advance(TimeSpan.FromDays(1)));
        var open = bench.Query("settlement", "payments", new { status = "open" }).GetProperty("payments")
            .EnumerateArray()
            .Select(p => p.GetProperty("payment").GetString()!).ToArray();
        Assert.Equal(4, open.Length);
        Assert.Equal("NOT_APPROVED", bench.Outcome("operator-a", "settlement", "instruct", new { batch = "early",
            payments = open }).Code);
        foreach (var payment in open)
        {
            bench.Call("finance-o", "settlement", "approve", new { payment });
            bench.Call("finance-p", "settlement", "approve", new { payment });
        }

        bench.Call("operator-a", "settlement", "instruct", new { batch = "2026-03-01", payments = open });
        var answer = bench.Query("settlement", "batch", new { batch = "2026-03-01" });
        foreach (var payment in answer.GetProperty("payments").EnumerateArray())
        {
            var id = payment.GetProperty("payment").GetString();
            var evidence = new { payment = id, currency = "CNY", amount = payment.GetProperty("amount").GetString(),
                reference = $"bank/{id}" };
            bench.Call("operator-a", "settlement", "paid", evidence);
            Assert.Equal(ContractStatus.Failed, bench.Outcome("operator-a", "settlement", "paid", evidence).Status);
        }

        var totals = bench.Query("settlement", "totals", new { currency = "CNY" });
        Assert.Equal(("0", 0), (totals.GetProperty("sum").GetString(), totals.GetProperty("accounts").GetInt32()));
        Assert.True(PaymentBatch.TryRead(JsonSerializer.SerializeToUtf8Bytes(answer), out var batch, out var fault),
            fault);
        return batch!;
    }

    // What `ledger trace` shows: each subject's timeline has all of its steps, in order.
    private static void CheckTimeline(ContractBench bench)
    {
        string[] Actions(string subject) =>
            [.. bench.Ledger.Leaves.Where(l => l.Record.Subject == subject).Select(l =>
                $"{l.Record.Type}/{l.Record.Action}")];

        Assert.Equal(
            [
                "pre-trade.api-registration/register", "pre-trade.rights-confirmation/approve",
                    "pre-trade.review-filing/file",
                "pre-trade.valuation/value", "pre-trade.pricing/set", "operation.asset-publish/publish",
            ],
            Actions(Product));
        Assert.Equal(
            [
                "trade.matching/demand", "trade.matching/match", "trade.contract-signing/sign",
                    "trade.contract-signing/sign",
                "trade.contract-signing/sign",
            ],
            Actions(Order));
        var uses = Actions(Agreement);
        Assert.Equal(Uses, uses.Count(a => a == "trade.access/view"));
        Assert.Equal(3, uses.Count(a => a == "trade.access/deny"));
        Assert.Equal(Uses, Actions("price-1").Count(a => a == "post-trade.usage-metering/meter"));
    }

    private static Dictionary<string, PaymentParty> Parties() => new()
    {
        ["bank"] = new PaymentParty("Bank of the Example", "DE89370400440532013000", "COBADEFFXXX"),
        ["city"] = new PaymentParty("City of Data", "GB29NWBK60161331926819", "NWBKGB2L"),
        ["operator-a"] = new PaymentParty("Operator A", "6222020000000000001"),
        ["lab"] = new PaymentParty("Laboratory", "6222020000000000002"),
        ["platform-c"] = new PaymentParty("Platform C", "6222020000000000003"),
    };

    // The published schema of the newer form is in no package of Debian, npm or NuGet; where LEDGER_PAIN001_XSD names it,
    // it decides too.
    private static void CheckMessage(byte[] message, PaymentBatch batch)
    {
        var document = XDocument.Load(new MemoryStream(message));
        XNamespace ns = PaymentInitiation.Namespace;
        var root = document.Root!.Element(ns + "CstmrCdtTrfInitn")!;
        var payments = root.Descendants(ns + "CdtTrfTxInf").ToList();

        Assert.Equal("4", root.Element(ns + "GrpHdr")!.Element(ns + "NbOfTxs")!.Value);
        Assert.Equal("370.00", root.Element(ns + "GrpHdr")!.Element(ns + "CtrlSum")!.Value);
        Assert.Equal(batch.Payments.Select(p => p.Id), payments.Select(p => p.Descendants(ns + "EndToEndId").Single()
            .Value));
        Assert.Equal("370.00", payments.Sum(p => decimal.Parse(p.Descendants(ns + "InstdAmt").Single().Value,
            CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture));
        Assert.Equal(["GrpHdr", "PmtInf"], root.Elements().Select(e => e.Name.LocalName));
        Assert.Equal(
            ["PmtInfId", "PmtMtd", "NbOfTxs", "CtrlSum", "ReqdExctnDt", "Dbtr", "DbtrAcct", "DbtrAgt", "CdtTrfTxInf",
                "CdtTrfTxInf", "CdtTrfTxInf", "CdtTrfTxInf"],
            root.Element(ns + "PmtInf")!.Elements().Select(e => e.Name.LocalName));
        if (Environment.GetEnvironmentVariable("LEDGER_PAIN001_XSD") is not { } schema) return;
        Validate(message, PaymentInitiation.Namespace, schema);
    }

    private static void Validate(byte[] message, string ns, string schema)
    {
        var document = XDocument.Load(new MemoryStream(message));
        var schemas = new XmlSchemaSet();
        schemas.Add(ns, schema);
        document.Validate(schemas, (_, fault) => Assert.Fail(fault.Message));
        // A schema that knows no such document finds nothing wrong with it.
        document.Descendants().Single(e => e.Name.LocalName == "CtrlSum" && e.Parent!.Name.LocalName == "PmtInf")
            .Value = "much";
        var faults = 0;
        document.Validate(schemas, (_, _) => faults++);
        Assert.NotEqual(0, faults);
    }

    private static string OlderSchema()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Ledger.sln"))) folder = folder.Parent!;
        var schema = Path.Combine(folder.FullName, ".tools", "iso20022", "pain.001.001.03.xsd");
        Assert.True(File.Exists(schema), "scripts/setup --tests fetches the schema of payment files");
        return schema;
    }
}
