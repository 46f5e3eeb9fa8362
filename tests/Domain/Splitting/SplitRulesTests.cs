using System.Text.Json;
using CsCheck;
using Marquee.Domain.Contracts;
using Marquee.Domain.Ledgers;
using Marquee.Domain.Splitting;

namespace Marquee.Domain.Tests.Splitting;

public sealed class SplitRulesTests
{
    internal static readonly Gen<SplitRules> AnyRules =
        from commission in Gen.Int[0, 10_000]
        from weights in Gen.Long[0, 1000].Array[1, 8].Where(weights => weights.Any(weight => weight > 0))
        from tipsTo in Gen.Int[0, weights.Length - 1]
        select new SplitRules(
            1,
            commission,
            [.. LargestRemainder.Allocate(10_000, weights).Select((points, i) => new SplitShare($"party-{i}", (int)points))],
            $"party-{tipsTo}");

    private static readonly SplitRules TwoThirds = new(1, 500, [new("ada", 6_667), new("ben", 3_333)], "ben");

    [Fact]
    public void Commission_is_on_proceeds_before_fees_and_the_rest_is_shared()
    {
        var result = TwoThirds.Compute(new SplitBasis(Eur(10_000), Eur(175), Eur(900)));

        Assert.Equal(Eur(500), result.Commission);
        Assert.Equal([new PartyShare("ada", Eur(6_217), Eur(0)), new PartyShare("ben", Eur(3_108), Eur(900))], result.Parties);
        Assert.Equal(Eur(4_008), result.Parties[1].Total);
    }

    [Fact]
    public void A_loss_is_shared_by_the_same_rule()
    {
        var result = TwoThirds.Compute(new SplitBasis(Eur(20), Eur(51), Eur(0)));

        Assert.Equal(Eur(1), result.Commission);
        Assert.Equal([Eur(-21), Eur(-11)], result.Parties.Select(party => party.Share));
    }

    [Fact]
    public void Whatever_the_amounts_every_cent_is_accounted_for() =>
        Gen.Select(AnyRules, Gen.Long[0, 100_000_000], Gen.Long[0, 1_000_000], Gen.Long[0, 1_000_000]).Sample((rules, proceeds, fees, tips) =>
        {
            var result = rules.Compute(new SplitBasis(Eur(proceeds), Eur(fees), Eur(tips)));

            Assert.Equal(proceeds, fees + result.Commission.MinorUnits + result.Parties.Sum(party => party.Share.MinorUnits));
            Assert.Equal(tips, result.Parties.Sum(party => party.Tips.MinorUnits));
            Assert.Equal(tips, result.Parties.Single(party => party.PartyId == rules.TipsTo).Tips.MinorUnits);
        });

    [Fact]
    public void Negative_fees_or_tips_and_mixed_currencies_are_no_basis()
    {
        Assert.Throws<ArgumentException>(() => new SplitBasis(Eur(1), Eur(-1), Eur(0)));
        Assert.Throws<ArgumentException>(() => new SplitBasis(Eur(1), Eur(0), Eur(-1)));
        Assert.Throws<InvalidOperationException>(() => new SplitBasis(Eur(1), new Money(1, Currency.Of("JPY")), Eur(0)));
    }

    [Fact]
    public void The_basis_can_be_read_off_a_ledger()
    {
        var ledger = new TrialBalance(
        [
            new Balance(Account.EventProceeds, Currency.Eur, 0, 1_000),
            new Balance(Account.ProcessorFees, Currency.Eur, 40, 0),
        ]);

        Assert.Equal(new SplitBasis(Eur(1_000), Eur(40), Eur(0)), SplitBasis.Of(ledger, Currency.Eur));
    }

    public static TheoryData<SplitFault, int, int, SplitShare[], string> Faults => new()
    {
        { SplitFault.VersionNotPositive, 0, 500, [new("ada", 10_000)], "ada" },
        { SplitFault.CommissionOutOfRange, 1, -1, [new("ada", 10_000)], "ada" },
        { SplitFault.CommissionOutOfRange, 1, 10_001, [new("ada", 10_000)], "ada" },
        { SplitFault.NoShares, 1, 500, [], "ada" },
        { SplitFault.TooManyShares, 1, 500, [.. Enumerable.Range(0, 31)
            .Select(i => new SplitShare($"party-{i}", i == 0 ? 10_000 : 0))], "party-0" },
        { SplitFault.InvalidPartyId, 1, 500, [new("Ada Lovelace", 10_000)], "ada" },
        { SplitFault.ShareOutOfRange, 1, 500, [new("ada", 10_001), new("ben", -1)], "ada" },
        { SplitFault.DuplicateParty, 1, 500, [new("ada", 5_000), new("ada", 5_000)], "ada" },
        { SplitFault.SharesDoNotAddUp, 1, 500, [new("ada", 5_000), new("ben", 4_999)], "ada" },
        { SplitFault.TipsToUnknownParty, 1, 500, [new("ada", 10_000)], "ben" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Rules_that_do_not_hold_cannot_be_made(SplitFault fault, int version, int commission, SplitShare[] shares, string tipsTo)
    {
        Assert.Equal(fault, SplitRules.Check(version, commission, shares, tipsTo));
        Assert.Equal(fault, Assert.Throws<InvalidSplitException>(() => new SplitRules(version, commission, shares, tipsTo)).Fault);
    }

    [Fact]
    public void Rules_read_back_from_JSON_are_the_same_rules()
    {
        var json = JsonSerializer.Serialize(TwoThirds, ContractJson.Options);

        Assert.Equal(TwoThirds, JsonSerializer.Deserialize<SplitRules>(json, ContractJson.Options));
    }

    [Fact]
    public void A_result_reads_back_from_JSON()
    {
        var result = TwoThirds.Compute(new SplitBasis(Eur(10_000), Eur(175), Eur(900)));

        var read = JsonSerializer.Deserialize<SplitResult>(JsonSerializer.Serialize(result, ContractJson.Options), ContractJson.Options)!;

        Assert.Equal(result.Basis, read.Basis);
        Assert.Equal(result.Commission, read.Commission);
        Assert.Equal(result.Parties, read.Parties);
    }

    private static Money Eur(long minorUnits) => new(minorUnits, Currency.Eur);
}
