using System.Reflection;
using Ledger.Client.Records;
using Ledger.Client.Records.Authorisation;
using Ledger.Client.Records.Trade;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Evidence.Catalogue;

namespace Ledger.Client.Tests.Records;

public sealed class RecordHelperTests
{
    private static readonly RecordAuthor By = new("clerk", EvidenceRoles.Operator);

    [Fact]
    public void The_helpers_are_those_that_the_catalogue_makes()
    {
        var folder = Path.Combine(Checkout.Root, "src", "Ledger.Client", "Records");
        foreach (var type in EvidenceCatalogue.All)
        {
            var path = Path.Combine(folder, RecordHelperSource.FileOf(type));
            var made = RecordHelperSource.Make(type);
            if (Environment.GetEnvironmentVariable("LEDGER_REWRITE") == "1")
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, made);
            }

            Assert.True(
                File.Exists(path) && File.ReadAllText(path) == made,
                $"{path} is stale: run the tests once with LEDGER_REWRITE=1 and commit the file");
        }

        var files = Directory.GetFiles(folder, "*Record.cs", SearchOption.AllDirectories);
        Assert.Equal(EvidenceCatalogue.All.Count, files.Length);
    }

    [Fact]
    public void Every_action_of_every_type_has_a_helper_whose_record_meets_the_rules()
    {
        var made = 0;
        foreach (var type in EvidenceCatalogue.All)
        {
            foreach (var action in type.Actions)
            {
                var method = MethodOf(type, action);
                var record = (EvidenceRecord)method.Invoke(null, ArgumentsFor(method, type, everything: false))!;
                var full = (EvidenceRecord)method.Invoke(null, ArgumentsFor(method, type, everything: true))!;

                Assert.Equal((type.Code, action), (record.Type, record.Action));
                Assert.True(EvidenceCatalogue.Check(record).IsAccepted);
                Assert.True(EvidenceCatalogue.Check(full).IsAccepted);
                Assert.Equal(type.Attributes.Count + 1, full.Attributes.Count);
                made++;
            }
        }

        Assert.True(made > 150);
    }

    [Fact]
    public void Whatever_is_required_and_null_is_refused_by_its_name()
    {
        foreach (var type in EvidenceCatalogue.All)
        {
            foreach (var action in type.Actions)
            {
                var method = MethodOf(type, action);
                foreach (var parameter in method.GetParameters().Where(p => !p.IsOptional && p.Position > 0))
                {
                    var arguments = ArgumentsFor(method, type, everything: false);
                    if (parameter.ParameterType.IsValueType) continue;
                    arguments[parameter.Position] = null;
                    var thrown = Assert.Throws<TargetInvocationException>(() => method.Invoke(null, arguments));
                    var fault = Assert.IsAssignableFrom<ArgumentException>(thrown.InnerException);
                    var name = parameter.Name is "digests" or "links" ? parameter.Name[..^1] : parameter.Name!;
                    Assert.Contains(
                        name, fault.Message.Replace("_", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
                }
            }
        }
    }

    [Fact]
    public void A_helper_reads_as_what_it_records()
    {
        var review = SceneReviewRecord.Submit(By, "scene/claims", scene: "Claims", purpose: "fraud checks");
        var payment = PaymentRecord.Pay(
            new RecordAuthor("cashier", EvidenceRoles.Platform), "order-1", amount: 34.50m, currency: "CNY");

        Assert.Equal("authorisation.scene-review", review.Type);
        Assert.Equal("fraud checks", review.Attribute("purpose")!.AsText);
        Assert.Equal("34.5", payment.Attribute("amount")!.AsText);
    }

    [Fact]
    public void A_value_that_nodes_would_refuse_is_refused_at_once()
    {
        var negative = Assert.Throws<ArgumentException>(() => PaymentRecord.Pay(
            new RecordAuthor("cashier", EvidenceRoles.Platform), "order-1", amount: -1m, currency: "CNY"));
        Assert.Contains("amount", negative.Message, StringComparison.Ordinal);
        var role = Assert.Throws<ArgumentException>(
            () => SceneReviewRecord.Submit(By with { Role = "king" }, "scene/claims", "Claims"));
        Assert.Contains("role", role.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(
            () => SceneReviewRecord.Submit(By, "scene/claims", new string('x', EvidenceLimits.AttributeValueBytes + 1)));
    }

    private static MethodInfo MethodOf(EvidenceType type, string action) => typeof(RecordAuthor).Assembly
        .GetType($"{RecordHelperSource.NamespaceOf(type)}.{RecordHelperSource.ClassOf(type)}")!
        .GetMethod(RecordHelperSource.Pascal(action))!;

    private static object?[] ArgumentsFor(MethodInfo method, EvidenceType type, bool everything) =>
        [.. method.GetParameters().Select(p => p.IsOptional && !everything ? null : SampleOf(p, type))];

    private static object? SampleOf(ParameterInfo parameter, EvidenceType type)
    {
        switch (parameter.Name)
        {
            case "by": return By with { Role = type.Roles[0] };
            case "subject": return "subject-1";
            case "digests":
                return Enumerable.Range(0, 2).Select(i =>
                    new EvidenceDigest("sha-256", Sha256.Instance.Hash([(byte)i]).ToArray())).ToArray();
            case "links": return Enumerable.Range(0, 4).Select(i => new EvidenceId(Hash256.Zero, (uint)i)).ToArray();
            case "more": return new[] { EvidenceAttribute.Text("note", "seen") };
        }

        var rule = type.Attributes.Single(a => RecordHelperSource.Camel(a.Key) == parameter.Name);
        return rule.Kind switch
        {
            AttributeKind.Text when rule.Values.Count > 0 => rule.Values[0],
            AttributeKind.Text => rule.Form == AttributeForm.Currency ? "CNY" : "text",
            AttributeKind.Integer => 3L,
            AttributeKind.Decimal => 0.50m,
            AttributeKind.Boolean => true,
            AttributeKind.Time => new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero),
            _ => (ReadOnlyMemory<byte>)new byte[] { 1 },
        };
    }
}
