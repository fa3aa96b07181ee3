using System.Text.RegularExpressions;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Evidence.Catalogue;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;

namespace Ledger.Core.Tests.Evidence.Catalogue;

public sealed partial class EvidenceCatalogueTests
{
    public static TheoryData<string> Codes => [.. EvidenceCatalogue.All.Select(t => t.Code)];

    [Fact]
    public void The_specification_page_is_what_the_tables_say() =>
        SpecFile.AssertCurrent("evidence.md", CataloguePage.Make());

    [Fact]
    public void Codes_are_unique_and_have_their_stage_as_prefix()
    {
        Assert.Equal(EvidenceCatalogue.All.Count, EvidenceCatalogue.All.Select(t => t.Code).Distinct().Count());
        Assert.All(EvidenceCatalogue.All, type =>
        {
            Assert.Matches(Code(), type.Code);
            Assert.StartsWith(type.Stage.Prefix() + ".", type.Code, StringComparison.Ordinal);
            Assert.True(type.Code.Length <= EvidenceLimits.TypeBytes);
            Assert.Same(type, EvidenceCatalogue.Find(type.Code));
        });
    }

    [Theory]
    [InlineData(EvidenceStage.Authorisation, 9)]
    [InlineData(EvidenceStage.Operation, 6)]
    [InlineData(EvidenceStage.PreTrade, 8)]
    [InlineData(EvidenceStage.Trade, 6)]
    [InlineData(EvidenceStage.PostTrade, 6)]
    [InlineData(EvidenceStage.Privacy, 3)]
    [InlineData(EvidenceStage.Fingerprint, 2)]
    public void Every_operation_of_a_stage_has_its_type(EvidenceStage stage, int count) =>
        Assert.Equal(count, EvidenceCatalogue.All.Count(t => t.Stage == stage));

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_type_names_only_known_roles_and_its_own_actions(string code)
    {
        var type = EvidenceCatalogue.Find(code)!;
        var roles = EvidenceRoles.All.Select(r => r.Code).ToHashSet(StringComparer.Ordinal);

        Assert.NotEmpty(type.Actions);
        Assert.Distinct(type.Actions);
        Assert.NotEmpty(type.Roles);
        Assert.Distinct(type.Roles);
        Assert.Subset(roles, type.Roles.ToHashSet());
        var actions = type.Actions.ToHashSet();
        Assert.Subset(actions, type.DigestsRequiredBy.ToHashSet());
        Assert.Subset(actions, type.LinksRequiredBy.ToHashSet());
        Assert.All(type.Attributes, rule => Assert.Subset(actions, rule.RequiredBy.ToHashSet()));
        var common = EvidenceCatalogue.CommonAttributes.Select(a => a.Key);
        Assert.Distinct(type.Attributes.Select(a => a.Key).Concat(common));
        Assert.All(type.Attributes, rule => Assert.Matches(Key(), rule.Key));
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_record_with_all_that_an_action_requires_is_accepted(string code)
    {
        var type = EvidenceCatalogue.Find(code)!;

        Assert.All(type.Actions, action => Assert.All(type.Roles, role =>
            Assert.Equal(Verdict.Accepted, EvidenceCatalogue.Check(Complete(type, action, role)))));
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_record_without_one_required_thing_is_refused(string code)
    {
        var type = EvidenceCatalogue.Find(code)!;
        foreach (var action in type.Actions)
        {
            var complete = Complete(type, action, type.Roles[0]);
            foreach (var attribute in complete.Attributes)
            {
                var lacking = complete with { Attributes = [.. complete.Attributes.Where(a => a != attribute)] };
                AssertRefused(Refusal.MissingField, $"'{attribute.Key}'", lacking);
            }

            if (complete.Digests.Count > 0)
                AssertRefused(Refusal.MissingField, "at least 1 digest", complete with { Digests = [] });
            if (complete.Links.Count > 0)
                AssertRefused(Refusal.MissingField, "at least 1 link", complete with { Links = [] });
        }
    }

    [Fact]
    public void An_unknown_type_is_refused() => AssertRefused(
        Refusal.UnknownType, "no evidence type 'trade.gift'", Payment() with { Type = "trade.gift" });

    [Fact]
    public void An_action_of_another_type_is_refused_with_the_allowed_ones() => AssertRefused(
        Refusal.InvalidField, "action is 'grant' and must be one of request,", Payment() with { Action = "grant" });

    [Fact]
    public void A_role_that_may_not_do_it_is_refused_with_the_allowed_ones() => AssertRefused(
        Refusal.InvalidField,
        "role is 'regulator' and must be one of provider,",
        Payment() with { Role = "regulator" });

    [Fact]
    public void An_attribute_of_the_wrong_kind_is_refused() => AssertRefused(
        Refusal.InvalidField,
        "amount is '12' and must be a decimal number",
        Payment(EvidenceAttribute.Integer("amount", 12), EvidenceAttribute.Text("currency", "EUR")));

    [Theory]
    [InlineData("eur")]
    [InlineData("EURO")]
    [InlineData("E1R")]
    [InlineData("")]
    public void A_currency_that_is_none_is_refused(string currency) => AssertRefused(
        Refusal.InvalidField,
        "currency code",
        Payment(EvidenceAttribute.Decimal("amount", "12"), EvidenceAttribute.Text("currency", currency)));

    [Fact]
    public void A_negative_amount_is_refused() => AssertRefused(
        Refusal.InvalidField,
        "of 0 or more",
        Payment(EvidenceAttribute.Decimal("amount", "-0.5"), EvidenceAttribute.Text("currency", "EUR")));

    [Theory]
    [InlineData("0", true)]
    [InlineData("0.25", true)]
    [InlineData("1", true)]
    [InlineData("1.01", false)]
    [InlineData("-0.1", false)]
    [InlineData("10", false)]
    public void A_share_is_a_fraction_of_the_whole(string share, bool accepted)
    {
        var type = EvidenceCatalogue.Find("post-trade.settlement")!;
        var record = Complete(type, "confirm", EvidenceRoles.Platform)
            with { Attributes = [EvidenceAttribute.Decimal("share", share)] };

        Assert.Equal(accepted, EvidenceCatalogue.Check(record).IsAccepted);
    }

    [Fact]
    public void A_misspelt_attribute_is_refused_and_not_lost() => AssertRefused(
        Refusal.InvalidField,
        "has no attribute 'payeee'; check the spelling, or name it 'x-payeee'",
        Payment([.. Payment().Attributes, EvidenceAttribute.Text("payeee", "a")]));

    [Fact]
    public void Attributes_of_the_senders_own_are_accepted()
    {
        var record = Payment([.. Payment().Attributes, EvidenceAttribute.Boolean("x-urgent", true)]);

        Assert.Equal(Verdict.Accepted, EvidenceCatalogue.Check(record));
    }

    [Fact]
    public void A_member_without_the_role_is_refused()
    {
        var member = new Member { Id = "insurer-c", Name = "Insurer C", Roles = ["insurer"], Keys = [] };

        var verdict = EvidenceCatalogue.Check(Payment(), member);

        Assert.Equal(Refusal.NotAuthorised, verdict.Refusal);
        Assert.Contains("'insurer-c' does not hold the role 'platform'", verdict.Detail, StringComparison.Ordinal);
        Assert.Equal(
            Verdict.Accepted, EvidenceCatalogue.Check(Payment(), member with { Roles = ["insurer", "platform"] }));
    }

    // The events of an approval log as operators have them: no documents, one amount, steps of the own procedure.
    [Theory]
    [InlineData("pre-trade.review-filing", "draft", "consumer", "SAVED by EMPLOYEE")]
    [InlineData("pre-trade.review-filing", "submit", "consumer", "SUBMITTED by EMPLOYEE")]
    [InlineData("pre-trade.review-filing", "approve", "operator", "APPROVED by ADMINISTRATION")]
    [InlineData("pre-trade.review-filing", "approve", "platform", "FINAL_APPROVED by SUPERVISOR")]
    [InlineData("pre-trade.review-filing", "reject", "operator", "REJECTED by BUDGET OWNER")]
    [InlineData("trade.payment", "request", "operator", "Request Payment")]
    [InlineData("trade.payment", "complete", "platform", "Payment Handled")]
    public void An_event_of_an_approval_log_can_be_mapped(string type, string action, string role, string step)
    {
        var record = new EvidenceRecord
        {
            Type = type,
            Subject = "request for payment 148214",
            Actor = "STAFF MEMBER",
            Action = action,
            Role = role,
            OccurredAt = new Timestamp(1_483_949_838_000),
            Attributes =
            [
                EvidenceAttribute.Decimal("amount", "34.33634285099345"),
                EvidenceAttribute.Text("currency", "EUR"),
                EvidenceAttribute.Text("project", "project 148216"),
                EvidenceAttribute.Text("reference", "request for payment number 148215"),
                EvidenceAttribute.Text("source_event", "st_step 148220_0"),
                EvidenceAttribute.Text("step", step),
                EvidenceAttribute.Text("unit", "organizational unit 65463"),
            ],
        };

        Assert.Equal(Verdict.Accepted, EvidenceCatalogue.Check(record));
        Assert.NotEmpty(record.Encode());
    }

    private static EvidenceRecord Payment(params IReadOnlyList<EvidenceAttribute> attributes)
    {
        var payment = Complete(EvidenceCatalogue.Find("trade.payment")!, "pay", EvidenceRoles.Platform);
        return attributes.Count == 0 ? payment : payment with { Attributes = attributes };
    }

    private static EvidenceRecord Complete(EvidenceType type, string action, string role) => new()
    {
        Type = type.Code,
        Subject = "order-1",
        Actor = "someone",
        Action = action,
        Role = role,
        Attributes = [.. type.Attributes.Where(a => a.IsRequiredFor(action)).Select(Value)],
        Digests =
        [
            .. Enumerable.Range(0, type.MinimumDigestsFor(action))
                .Select(i => new EvidenceDigest("sha-256", new byte[] { (byte)(i + 1) })),
        ],
        Links =
        [
            .. Enumerable.Range(0, type.MinimumLinksFor(action)).Select(i => new EvidenceId(Hash256.Zero, (uint)i)),
        ],
    };

    private static EvidenceAttribute Value(AttributeRule rule) => rule.Kind switch
    {
        AttributeKind.Text when rule.Values.Count > 0 => EvidenceAttribute.Text(rule.Key, rule.Values[^1]),
        AttributeKind.Text when rule.Form == AttributeForm.Currency => EvidenceAttribute.Text(rule.Key, "CNY"),
        AttributeKind.Text => EvidenceAttribute.Text(rule.Key, "文本"),
        AttributeKind.Integer => EvidenceAttribute.Integer(rule.Key, 0),
        AttributeKind.Decimal => EvidenceAttribute.Decimal(rule.Key, "0.5"),
        AttributeKind.Boolean => EvidenceAttribute.Boolean(rule.Key, false),
        AttributeKind.Time => EvidenceAttribute.Time(rule.Key, new Timestamp(1)),
        _ => EvidenceAttribute.Bytes(rule.Key, new byte[] { 1 }),
    };

    private static void AssertRefused(Refusal refusal, string words, EvidenceRecord record)
    {
        var verdict = EvidenceCatalogue.Check(record);

        Assert.Equal(refusal, verdict.Refusal);
        Assert.Contains(words, verdict.Detail, StringComparison.Ordinal);
    }

    [GeneratedRegex("^[a-z]+(-[a-z]+)*[.][a-z]+(-[a-z]+)*$")]
    private static partial Regex Code();

    [GeneratedRegex("^[a-z]+(_[a-z]+)*$")]
    private static partial Regex Key();
}
